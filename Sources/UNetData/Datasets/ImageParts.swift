import UNetFiles
import UNetImages

/// What is read of images that are larger than what is to be learnt from.
package struct ImageParts: Sendable {
  /// The level of pyramids, from 0, the largest; nil: that.
  private let level: Int?
  private let regions: [String: [ImageRegion]]

  /// - `regions`: of image files, by their paths, the parts, in pixels of the largest level; of others all is read.
  package init(level: Int? = nil, regions: [String: [ImageRegion]] = [:]) {
    self.level = level
    self.regions = Dictionary(regions.map { (Path.real($0.key), $0.value) }) { $0 + $1 }
  }

  /// What is seen of a file, a page after the other.
  func views(of file: String) -> [SlideView] {
    let own = regions.isEmpty ? nil : regions[Path.real(file)]
    return own.map { $0.map { SlideView(level: level, region: $0) } } ?? [SlideView(level: level)]
  }

  /// The pages of labels that belong to those of an image, of which a view is seen: the same part of the same level of a pyramid, or of
  /// labels that are as large as the level.
  ///
  /// - `image`: the first page, where a part is seen.
  func labels(_ file: String, of image: StoredPage?, _ view: SlideView) throws -> PageFile {
    if PageFile.hasLevel(view.level ?? 0, file) { return try PageFile(channels: [file], view: view) }
    let whole = try PageFile(file)
    guard let image, let place = image.place else { return whole }
    func pixels(_ start: Int, _ count: Int) -> Range<Int> {
      let first = Int((Double(start) / place.factor).rounded())
      return first..<first + count
    }
    return PageFile(
      ImageRegion(rows: pixels(place.top, image.height), columns: pixels(place.left, image.width)), of: whole)
  }
}
