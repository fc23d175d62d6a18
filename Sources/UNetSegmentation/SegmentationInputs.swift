import Foundation
import UNetImages

/// The images that `unet segment` was given, checked before any work is done.
package struct SegmentationInputs: Equatable, Sendable {
  /// The files, in the order given; those of a folder or a glob in natural order.
  package let files: [String]

  /// The files that `patterns` name: each a file, a quoted glob such as `'frames/*.tif'`, or a folder.
  ///
  /// Results are named by their image's stem in the folder `output`, so no two images may share one, and no result
  /// may take an image's place.
  /// - Throws: `DataError` that names the files.
  package init(_ patterns: [String], output: String) throws {
    files = try patterns.flatMap { try ImageSequence.files($0) }
    var named: [String: String] = [:]
    for file in files {
      guard let other = named.updateValue(file, forKey: Self.stem(file)) else { continue }
      throw DataError(
        other,
        real(other) == real(file)
          ? "is given twice: name each image once"
          : "and \(file) would write results of one name: rename one, or segment them into two folders")
    }
    let images = Dictionary(files.map { (real($0), $0) }) { first, _ in first }
    for file in files {
      for result in SegmentationProduct.allCases.flatMap({ $0.files(of: Self.stem(file), in: output) }) {
        guard let image = images[real(result)] else { continue }
        throw DataError(image, "would be replaced by a result of \(file): give another --output")
      }
    }
  }

  /// Checks that each image's name has a number of its own, by which its mask is called.
  /// - Throws: `DataError` that names the files.
  func checkMasks() throws {
    var named: [String: String] = [:]
    for file in files {
      guard let number = SegmentationProduct.maskNumber(of: Self.stem(file)) else {
        throw DataError(
          file, "has no number in its name, by which its mask would be called: rename it like t007.tif")
      }
      guard let other = named.updateValue(file, forKey: number) else { continue }
      throw DataError(
        other, "and \(file) would write one mask, \(number): segment them into two folders")
    }
  }

  /// The name without folder and ending: `t007` of `frames/t007.tif`.
  package static func stem(_ file: String) -> String {
    URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
  }
}

/// The path without links, to tell files apart.
private func real(_ path: String) -> String {
  URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
}
