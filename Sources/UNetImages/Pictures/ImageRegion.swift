/// A rectangle of an image, in pixels.
package struct ImageRegion: Sendable, Hashable, CustomStringConvertible {
  /// Its rows and columns.
  package let rows: Range<Int>, columns: Range<Int>

  /// These rows and columns.
  package init(rows: Range<Int>, columns: Range<Int>) { (self.rows, self.columns) = (rows, columns) }

  /// All of a picture.
  package init(of image: any ImageRows) { self.init(rows: 0..<image.height, columns: 0..<image.width) }

  package var height: Int { rows.count }
  package var width: Int { columns.count }

  /// The values of a picture in it, `[rows, columns, C]`.
  package func values(of image: any ImageRows) -> [Float] { image.values(rows: rows, columns: columns) }

  /// Left, top, width and height, as people name it: `1000,2000,512,512`.
  package var description: String { "\(columns.lowerBound),\(rows.lowerBound),\(width),\(height)" }

  /// That of such a text; nil where it is none.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }
    guard parts.count == 4, numbers.count == 4, numbers.allSatisfy({ 0...1 << 31 ~= $0 }), numbers[2] > 0,
      numbers[3] > 0
    else { return nil }
    self.init(rows: numbers[1]..<numbers[1] + numbers[3], columns: numbers[0]..<numbers[0] + numbers[2])
  }
}
