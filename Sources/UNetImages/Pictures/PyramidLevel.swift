/// Where the pixels of a level of a pyramid lie in the largest one.
struct PyramidLevel {
  /// Rows and columns of the level, and of the largest.
  let height: Int, width: Int
  let largest: (height: Int, width: Int)
  /// Pixels of the largest level that one of this is across.
  let factor: Double

  /// A level of which the file says that a pixel is `factor` across: the whole number that this nearly is, since sides of levels are
  /// rounded.
  init(height: Int, width: Int, largest: (height: Int, width: Int), factor: Double) {
    (self.height, self.width, self.largest) = (height, width, largest)
    let whole = factor.rounded()
    self.factor = abs(factor - whole) < 0.01 * whole ? whole : factor
  }

  /// The pixels of the level that show a part of the largest, which begins with a whole one; all where none is named.
  /// - Throws: `DataError` of `path`.
  func pixels(_ part: ImageRegion?, _ path: String) throws -> ImageRegion {
    guard let part else { return ImageRegion(rows: 0..<height, columns: 0..<width) }
    try part.requireWithin(path, height: largest.height, width: largest.width)
    func own(_ range: Range<Int>, _ length: Int, of all: Int) -> Range<Int> {
      let first = min(length - 1, Int(Double(range.lowerBound) / factor))
      let count = max(1, Int((Double(range.count) / factor).rounded()))
      // What reaches the border there does so here.
      return first..<(range.upperBound == all ? length : min(length, first + count))
    }
    return ImageRegion(
      rows: own(part.rows, height, of: largest.height),
      columns: own(part.columns, width, of: largest.width))
  }

  /// Where these pixels of the level lie.
  func place(of pixels: ImageRegion) -> StoredPage.Place {
    func moved(_ start: Int) -> Int { Int((Double(start) * factor).rounded()) }
    return StoredPage.Place(
      left: moved(pixels.columns.lowerBound), top: moved(pixels.rows.lowerBound), factor: factor,
      height: height, width: width)
  }
}
