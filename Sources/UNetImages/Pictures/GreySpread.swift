import UNetNumerics

/// How grey values are spread, whatever they are counted in.
package struct GreySpread: Sendable, Equatable {
  /// The distance from the mean that a thousandth of the values exceeds, in standard deviations: 3.3 of noise, far more
  /// where a picture is empty but for a few things.
  package let reach: Double
  /// The mean difference of neighbours in a row, in standard deviations: 1.13 of noise, less of what shows anything.
  package let roughness: Double

  /// Nil where all values are equal, or fewer than 4096.  Of a large image some rows, evenly apart, stand for all.
  package init?(_ image: some ImageRows) {
    let (row, channels) = (image.width * image.channels, image.channels)
    let step = max(1, min((image.height * row) >> 16, image.height / 64))
    let values = stride(from: 0, to: image.height, by: step).flatMap { image.values(rows: $0..<$0 + 1) }
    let (mean, deviation) = moments(values)
    guard values.count >= 4096, deviation > 0 else { return nil }
    let distances = values.map { abs(Double($0) - mean) }.sorted()
    var (differences, count) = (0.0, 0)
    for at in values.indices where at % row >= channels {
      differences += abs(Double(values[at]) - Double(values[at - channels]))
      count += 1
    }
    reach = distances[values.count * 999 / 1000] / deviation
    roughness = count > 0 ? differences / Double(count) / deviation : 0
  }
}
