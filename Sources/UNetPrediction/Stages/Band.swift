import UNetImages
import UNetNumerics

/// Some rows of an image, and what a network says of them.
package struct Band: Sendable {
  /// Which rows.
  package let rows: Range<Int>
  /// Of these rows alone, `[rows, W, classes]`.
  package let prediction: Prediction

  /// What is said of these rows.
  package init(rows: Range<Int>, prediction: Prediction) { (self.rows, self.prediction) = (rows, prediction) }
}

/// What a network says of an image, some rows after the other from the first to the last.
package protocol Bands {
  /// The next rows; nil after the last.
  /// - Throws: the backend's errors, and what the observer of tiles throws.
  mutating func next() throws -> Band?
}

extension Bands {
  /// All that is left as one prediction.
  package mutating func joined() throws -> Prediction {
    guard let first = try next()?.prediction else { preconditionFailure("an image without rows") }
    guard var band = try next()?.prediction else { return first }
    var (rows, chances, scores) = (first.rows, first.probabilities.elements, first.logits?.elements)
    while true {
      rows += band.rows
      chances += band.probabilities.elements
      if let more = band.logits?.elements { scores? += more }
      guard let next = try next()?.prediction else { break }
      band = next
    }
    let shape: Shape = [rows, first.probabilities.shape[1], first.classes]
    return Prediction(probabilities: Tensor(shape, chances), logits: scores.map { Tensor(shape, $0) })
  }
}

extension Prediction {
  fileprivate var rows: Int { probabilities.shape[0] }
}

extension Tensor {
  /// All rows of an image, `[H, W, C]`.
  init(_ image: any ImageRows) {
    self.init([image.height, image.width, image.channels], image.values(rows: 0..<image.height))
  }
}

/// Told after each tile which share of an image is done, from 0 to 1; what it throws ends the work.
package typealias TileObserver = (Double) throws -> Void

/// The grey values of an image on a scale, made when they are asked for.
struct NormalisedRows: ImageRows {
  let image: any ImageRows
  let scale: GreyScale

  var height: Int { image.height }
  var width: Int { image.width }
  var channels: Int { image.channels }
  func values(rows: Range<Int>) -> [Float] { scale.applied(to: image.values(rows: rows)) }
  func values(rows: Range<Int>, columns: Range<Int>) -> [Float] {
    scale.applied(to: image.values(rows: rows, columns: columns))
  }
}

/// A tensor `[H, W, C]` as a picture.
struct TensorRows: ImageRows {
  let tensor: Tensor

  var height: Int { tensor.shape[0] }
  var width: Int { tensor.shape[1] }
  var channels: Int { tensor.shape[2] }
  func values(rows: Range<Int>) -> [Float] {
    let row = width * channels
    return rows.count == height
      ? tensor.elements : Array(tensor.elements[rows.lowerBound * row..<rows.upperBound * row])
  }
}
