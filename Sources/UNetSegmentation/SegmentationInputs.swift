import UNetFiles
import UNetImages

/// Files of images to be segmented, checked before any work is done.
package struct SegmentationInputs: Equatable, Sendable {
  /// The files, in the order given; those of a folder or a glob in natural order.
  package let files: [String]

  /// The files that `patterns` name: each a file, a quoted glob such as `'frames/*.tif'`, or a folder.
  ///
  /// Results are named by their image's stem in the folder `output`, so no two images may share one, and no result
  /// may take an image's place.
  /// - Throws: `DataError` that names the files; `OutputError`.
  package init(_ patterns: [String], output: String) throws {
    files = try patterns.flatMap { try ImageSequence.files($0) }
    var named: [String: String] = [:]
    for file in files {
      guard let other = named.updateValue(file, forKey: Path.stem(file)) else { continue }
      throw DataError(
        other,
        Path.real(other) == Path.real(file)
          ? "is given twice: name each image once"
          : "and \(file) would write results of the same name: rename one, or segment them into two folders")
    }
    try Outputs(of: files, overwrite: true).check(results(SegmentationOutput.allCases, in: output))
  }

  /// Every file that one of `outputs` may be.
  func results(_ outputs: [SegmentationOutput], in folder: String) -> [String] {
    files.flatMap { file in outputs.flatMap { $0.files(of: Path.stem(file), in: folder) } }
  }

  /// Checks that each image's name has a number of its own, by which its mask is called.
  /// - Throws: `DataError` that names the files.
  func checkMasks() throws {
    var named: [String: String] = [:]
    for file in files {
      guard let number = SegmentationOutput.maskNumber(of: Path.stem(file)) else {
        throw DataError(
          file, "has no number in its name, which its mask needs: rename it, like t007.tif")
      }
      guard let other = named.updateValue(file, forKey: number) else { continue }
      throw DataError(
        other, "and \(file) would both write mask \(number): segment them into two folders")
    }
  }
}
