import UNetNumerics

/// Pixel counts at several thresholds at once, summed over the images of a stack.
///
/// A pixel is foreground where its probability is greater than the threshold (`isForeground`); in the truth, where its
/// label is greater than 0.  A negative label is unknown and is not counted.
package struct ThresholdSweep: Sendable {
  /// The challenge's eleven thresholds 0, 0.1, ... 1, accumulated in double as its software does: the fourth is
  /// 0.30000000000000004 and the last 0.9999999999999999.
  package static let challenge: [Double] = (0..<10).reduce(into: [0]) { sum, _ in
    sum.append(sum[sum.count - 1] + 0.1)
  }

  /// The thresholds, ascending.
  package let thresholds: [Double]
  // Pixels by how many thresholds they exceed: [foreground in the truth, background in the truth].
  private var exceeding: [SIMD2<Int>]

  /// An empty sweep over these ascending thresholds.
  package init(_ thresholds: [Double] = challenge) {
    self.thresholds = thresholds
    exceeding = [SIMD2<Int>](repeating: .zero, count: thresholds.count + 1)
  }

  /// Adds an image: its labels and its probabilities of foreground, pixel by pixel.
  package mutating func add(truth: [Int32], probabilities: [Float]) {
    precondition(truth.count == probabilities.count, "\(truth.count) labels, \(probabilities.count) pixels")
    for (label, probability) in zip(truth, probabilities) where label >= 0 {
      var count = 0
      for threshold in thresholds where isForeground(probability, above: threshold) { count += 1 }
      exceeding[count] &+= label > 0 ? SIMD2(1, 0) : SIMD2(0, 1)
    }
  }

  /// The counts at each threshold, in order.
  package var counts: [PixelCounts] {
    thresholds.indices.map { index in
      var counts = PixelCounts()
      for (exceeded, pixels) in exceeding.enumerated() {
        if exceeded > index {
          counts.bothForeground += pixels.x
          counts.proposalForeground += pixels.y
        } else {
          counts.truthForeground += pixels.x
          counts.bothBackground += pixels.y
        }
      }
      return counts
    }
  }
}
