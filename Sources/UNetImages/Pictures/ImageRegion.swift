/// A rectangle of an image, in pixels.
package struct ImageRegion: Sendable, Hashable {
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
}
