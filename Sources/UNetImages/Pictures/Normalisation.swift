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
  package func normalise(_ image: Image) -> [Float] { scale(of: image).applied(to: image.pixels) }

  /// What normalises `image`, found in a few passes over its rows, of which some are held at a time.
  package func scale(of image: some ImageRows) -> GreyScale {
    guard image.height * image.width > 0 else { return GreyScale(zero: 0, one: 1) }
    switch self {
    case .none: return GreyScale(zero: 0, one: 1)
    case .meanDeviation:
      let (mean, deviation) = moments(of: image.height * image.width * image.channels, image.forEachRows)
      return GreyScale(zero: mean, one: deviation)
    case .percentile:
      let (low, high) = percentiles(image)
      return GreyScale(zero: low, one: high - low)
    }
  }
}

extension Image {
  /// What a network is given of the picture, `[H, W, C]`: at `scale` times its resolution, then normalised.
  package func prepared(scale: Double, _ normalisation: Normalisation) -> Tensor {
    let rescaled = rescaled(by: scale)
    return Tensor([rescaled.height, rescaled.width, channels], normalisation.normalise(rescaled))
  }
}

/// A line on which grey values are measured: `zero` becomes 0, `zero + one` becomes 1.
package struct GreyScale: Sendable {
  let zero: Double, one: Double

  /// These values on it; zeros where the line has no length.
  package func applied(to x: [Float]) -> [Float] {
    guard one > 0 else { return [Float](repeating: 0, count: x.count) }
    guard (zero, one) != (0, 1) else { return x }
    return x.map { Float((Double($0) - zero) / one) }
  }
}

/// The mean and the standard deviation, in raster order and double precision: one result on every machine.
package func moments(_ x: [Float]) -> (mean: Double, deviation: Double) { moments(of: x.count) { $0(x) } }

/// The same of `count` values, which `forEach` gives some at a time.
private func moments(of count: Int, _ forEach: (([Float]) -> Void) -> Void) -> (
  mean: Double, deviation: Double
) {
  guard count > 0 else { return (0, 0) }
  var sum = 0.0
  forEach { for x in $0 { sum += Double(x) } }
  let mean = sum / Double(count)
  var squares = 0.0
  forEach { for x in $0 { squares += (Double(x) - mean) * (Double(x) - mean) } }
  return (mean, (squares / Double(count)).squareRoot())
}

/// The 1st and the 99th percentile as `quantile` has them, linear between the two nearest ranks, without sorting.
private func percentiles(_ image: some ImageRows) -> (low: Double, high: Double) {
  let last = image.height * image.width * image.channels - 1
  let ranks = [0.01, 0.99].map { $0 * Double(last) }
  let values = orderStatistics(image, ranks: ranks.flatMap { [Int($0), min(Int($0) + 1, last)] })
  let found = ranks.enumerated().map { i, rank in
    quantile(rank.truncatingRemainder(dividingBy: 1), of: Array(values[2 * i...2 * i + 1]))
  }
  return (found[0], found[1])
}

/// The values at some ranks of all values in ascending order, in two passes: the first counts them by the upper half of
/// their bits, the second those among which a rank lies by the lower half.
private func orderStatistics(_ image: some ImageRows, ranks: [Int]) -> [Float] {
  let half = 1 << 16
  var upper = [Int](repeating: 0, count: half)
  image.forEachRows { for x in $0 { upper[Int(ascending(x) >> 16)] += 1 } }
  let places = ranks.map { place(of: $0, in: upper[...]) }
  let bins = Set(places.map(\.bin)).sorted()
  var number = [Int](repeating: -1, count: half)
  for (i, bin) in bins.enumerated() { number[bin] = i }
  var lower = [Int](repeating: 0, count: bins.count * half)
  image.forEachRows {
    for x in $0 {
      let bits = ascending(x)
      let i = number[Int(bits >> 16)]
      if i >= 0 { lower[i * half + Int(bits & 0xFFFF)] += 1 }
    }
  }
  return places.map { bin, rank in
    let i = number[bin]
    return value(UInt32(bin * half + place(of: rank, in: lower[i * half..<(i + 1) * half]).bin))
  }
}

/// The bin of `counts` in which a value of this rank lies, and its rank there.
private func place(of rank: Int, in counts: ArraySlice<Int>) -> (bin: Int, rank: Int) {
  var rank = rank
  for (bin, count) in counts.enumerated() {
    if rank < count { return (bin, rank) }
    rank -= count
  }
  return (counts.count - 1, 0)
}

/// The bits of a float as a number that ascends with it; both zeros are one.
private func ascending(_ x: Float) -> UInt32 {
  let bits = (x + 0).bitPattern
  return bits >> 31 == 0 ? bits | 1 << 31 : ~bits
}

/// The float whose bits ascend so.
private func value(_ ascending: UInt32) -> Float {
  Float(bitPattern: ascending >> 31 == 0 ? ~ascending : ascending ^ 1 << 31)
}
