import UNetNumerics

/// A few values, such as those of hot pixels or of places without data, so far from all others that these look alike once
/// they are normalised by mean and standard deviation.
package struct ExtremeValues: Sendable, Equatable {
  /// How many pixels have them, and the value farthest from the mean.
  package let pixels: Int, value: Float
  /// The range of all other values.
  package let others: ClosedRange<Float>

  /// Nil where there are none.
  ///
  /// They are more than ten standard deviations from the mean, which less than a hundredth of the values can be, and have
  /// eight ninths of the variance.  They lie apart from each other, at most three in a row, or are one value: bright cells
  /// on a dark ground are neither.
  package init?(_ image: some ImageRows) {
    let scale = Normalisation.meanDeviation.scale(of: image)
    guard scale.one > 0 else { return nil }
    var search = Search(mean: scale.zero, reach: 10 * scale.one)
    image.forEachRows { search.look(at: $0, channels: image.channels) }
    let values = Double(image.height * image.width * image.channels)
    guard search.pixels > 0, 9 * search.squares > 8 * values * scale.one * scale.one,
      3 * search.rows >= search.pixels || 10 * search.equal >= 9 * search.values, search.least <= search.most
    else { return nil }
    (pixels, value, others) = (search.pixels, search.farthest, search.least...search.most)
  }

  /// The values as a note tells them: `2 pixels with values such as 65535, others having 10 to 210,`.
  package var words: String {
    func text(_ value: Float) -> String {
      value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : "\(value)"
    }
    return "\(counted(pixels, "pixel")) with values such as \(text(value)), others having "
      + "\(text(others.lowerBound)) to \(text(others.upperBound)),"
  }
}

/// What is found in one pass over the values.
private struct Search {
  let mean: Double, reach: Double
  /// Pixels with a value beyond `reach`, and how many stretches of them, one behind the other, there are.
  var pixels = 0, rows = 0
  /// Values beyond it, those of them that equal the first, and the sum of the squares of their distances.
  var values = 0, equal = 0, squares = 0.0
  var farthest: Float = 0
  /// The range of all others.
  var least = Float.infinity, most = -Float.infinity
  private var first: Float?
  private var wasFar = false

  init(mean: Double, reach: Double) { (self.mean, self.reach) = (mean, reach) }

  mutating func look(at x: [Float], channels: Int) {
    for pixel in stride(from: 0, to: x.count, by: channels) {
      var isFar = false
      for value in x[pixel..<pixel + channels] {
        let distance = Double(value) - mean
        if abs(distance) > reach {
          isFar = true
          add(value, distance)
        } else {
          (least, most) = (min(least, value), max(most, value))
        }
      }
      pixels += isFar ? 1 : 0
      rows += isFar && !wasFar ? 1 : 0
      wasFar = isFar
    }
  }

  private mutating func add(_ value: Float, _ distance: Double) {
    if values == 0 || abs(distance) > abs(Double(farthest) - mean) { farthest = value }
    first = first ?? value
    values += 1
    equal += value == first ? 1 : 0
    squares += distance * distance
  }
}
