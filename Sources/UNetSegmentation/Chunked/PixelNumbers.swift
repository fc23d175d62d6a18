import UNetFiles
import UNetImages

/// A number for each pixel of an image, in a file without a name that takes room for those alone which are not 0.
final class PixelNumbers {
  private let file: ScratchFile
  private let width: Int

  /// Zeros for a picture of this size; the file lies in the folder of `path`.
  /// - Throws: `FileError`.
  init(for path: String, height: Int, width: Int) throws {
    (file, self.width) = (try ScratchFile(for: path, zeros: 4 * height * width), width)
  }

  /// The numbers of a region, row after row.
  /// - Throws: `FileError`.
  func read(_ region: ImageRegion) throws -> [Int32] {
    var numbers: [Int32] = []
    numbers.reserveCapacity(region.height * region.width)
    for y in region.rows {
      let bytes = try file.bytes(
        at: 4 * (y * width + region.columns.lowerBound), count: 4 * region.width)
      bytes.withUnsafeBytes { numbers += $0.bindMemory(to: Int32.self) }
    }
    return numbers
  }

  /// Writes those numbers of a region that are not 0.
  /// - Throws: `FileError`.
  func add(_ numbers: [Int32], _ region: ImageRegion) throws {
    try write(zip(numbers, try read(region)).map { $0 != 0 ? $0 : $1 }, region)
  }

  /// Writes the numbers of a region in which nothing but 0 was.
  /// - Throws: `FileError`.
  func write(_ numbers: [Int32], _ region: ImageRegion) throws {
    for (row, y) in region.rows.enumerated() {
      let part = numbers[row * region.width..<(row + 1) * region.width]
      guard let first = part.firstIndex(where: { $0 != 0 }), let last = part.lastIndex(where: { $0 != 0 })
      else { continue }
      let column = region.columns.lowerBound + first - part.startIndex
      try part[first...last].withUnsafeBytes { try file.write($0, at: 4 * (y * width + column)) }
    }
  }
}
