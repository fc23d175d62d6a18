import UNetNumerics

/// How raw grey values become the network's input, image by image.
package enum Normalisation: String, Sendable, CaseIterable {
  /// As they are.
  case none
  /// (x - mean) / deviation over all pixels and channels.
  case meanDeviation = "mean-deviation"
  /// The 1st percentile becomes 0, the 99th becomes 1; what lies outside is kept, not cut.
  case percentile

  /// Normalised values `[H, W, C]`.  An image of one value becomes zeros (except with `none`).
  package func normalise(_ image: Image) -> [Float] {
    let x = image.pixels
    guard !x.isEmpty else { return x }
    switch self {
    case .none: return x
    case .meanDeviation:
      let (mean, deviation) = moments(x)
      return scaled(x, from: mean, by: deviation)
    case .percentile:
      let sorted = x.sorted()
      let low = quantile(0.01, of: sorted)
      return scaled(x, from: low, by: quantile(0.99, of: sorted) - low)
    }
  }
}

/// The mean and the standard deviation, in raster order and double precision: one result on every machine.
package func moments(_ x: [Float]) -> (mean: Double, deviation: Double) {
  guard !x.isEmpty else { return (0, 0) }
  let mean = x.reduce(0.0) { $0 + Double($1) } / Double(x.count)
  let variance = x.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(x.count)
  return (mean, variance.squareRoot())
}

private func scaled(_ x: [Float], from zero: Double, by one: Double) -> [Float] {
  guard one > 0 else { return [Float](repeating: 0, count: x.count) }
  return x.map { Float((Double($0) - zero) / one) }
}
