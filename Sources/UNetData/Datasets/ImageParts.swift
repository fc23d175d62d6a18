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

  /// The pages of labels that belong to those of an image, of which a view is seen: the same pixels of labels that are as large as what
  /// the image is a part of; of a pyramid, of the level that is.
  ///
  /// - `image`: its first page.
  /// - Throws: `DataError` where there are none of that size; `FileError`.
  func labels(_ file: String, of image: StoredPage, _ path: String) throws -> PageFile {
    guard let place = image.place else { return try PageFile(file) }
    let levels = try PageFile.levels(of: file)
    // Of smaller levels some round sides up, others down.
    let number =
      levels.firstIndex { $0 == (place.height, place.width) }
      ?? levels.indices.dropFirst().first {
        abs(levels[$0].height - place.height) <= 1 && abs(levels[$0].width - place.width) <= 1
      }
    let whole =
      try number.map { try PageFile(channels: [file], view: SlideView(level: $0)) } ?? PageFile(file)
    let size = try levels.isEmpty ? whole.size() : number.map { levels[$0] } ?? levels[0]
    guard number != nil || size == (place.height, place.width) else {
      throw DataError(
        file,
        "is \(size.height)×\(size.width)\(levels.count > 1 ? " in its largest level" : ""), \(path) \(place.height)×\(place.width), of which "
          + "parts or a level are read: give labels of the image's size")
    }
    func pixels(_ start: Int, _ count: Int) -> Range<Int> {
      let first = Int((Double(start) / place.factor).rounded())
      return first..<first + count
    }
    let part = ImageRegion(
      rows: pixels(place.top, image.height), columns: pixels(place.left, image.width))
    return part.height == size.height && part.width == size.width ? whole : try PageFile(part, of: whole)
  }
}
