import UNetNumerics

/// The mean of what a network says of an image's versions, added one after the other.
///
/// Sums are in double precision, and in such an order that an image turned by a right angle that is among the rotations
/// gives the result turned, to the bit; with flips, where all rotations are right angles, and then an image mirrored the
/// result mirrored.
package struct VersionMean {
  /// Whether the network's raw scores are needed beside its probabilities.
  package var needsScores: Bool { versions.flips || wanted }
  private let versions: TestTimeAugmentation
  private let wanted: Bool
  /// The scores of a turn's flips so far.
  private var flips = PairedSum()
  /// The probabilities of turns that differ by right angles, and of the turns before them.
  private var turns = PairedSum(), sum: [Double] = []
  private var rest = 0.0, shape: Shape = [0]
  private var only: Prediction?

  /// A mean over `versions`; with raw scores, where there are any and they are wanted.
  package init(_ versions: TestTimeAugmentation, scores wanted: Bool) {
    (self.versions, self.wanted) = (versions, wanted && versions.hasScores)
  }

  /// Adds what the network says of a version.  They come in the order of `TestTimeAugmentation.versions`.
  package mutating func add(_ prediction: Prediction, of version: ImageVersion) {
    guard versions.flips else { return add(prediction, turned: version.turn) }
    guard let logits = prediction.logits else { preconditionFailure("no raw scores") }
    let scores = logits.flipped(upDown: version.upDown, leftRight: version.leftRight)
    flips.add(scores, toFirst: version.upDown == version.leftRight)
    guard flips.count == ImageVersion.flips.count else { return }
    let mean = Tensor(scores.shape, flips.take().map { Float($0 / 4) })
    add(Prediction(probabilities: softmax(mean), logits: wanted ? mean : nil), turned: version.turn)
  }

  private mutating func add(_ prediction: Prediction, turned turn: Turn) {
    guard versions.turns > 1 else { return only = prediction }
    let probabilities = turn.back(prediction.probabilities)
    if turn.rest != rest { accumulate(turns.take(), into: &sum) }
    (rest, shape) = (turn.rest, probabilities.shape)
    turns.add(probabilities, toFirst: turn.quarters.isMultiple(of: 2))
  }

  /// The mean of all versions.
  package mutating func take() -> Prediction {
    if let only { return only }
    accumulate(turns.take(), into: &sum)
    let count = Double(versions.turns)
    return Prediction(probabilities: Tensor(shape, sum.map { Float($0 / count) }))
  }
}

/// A sum in two parts, added at the end: opposite versions are of one part, so that where the image is turned or
/// mirrored, terms and parts only change places.
private struct PairedSum {
  private var first: [Double] = [], second: [Double] = []
  private(set) var count = 0

  mutating func add(_ x: Tensor, toFirst isFirst: Bool) {
    if isFirst { accumulate(x.elements, into: &first) } else { accumulate(x.elements, into: &second) }
    count += 1
  }

  /// The sum; empty where nothing was added.  It begins anew.
  mutating func take() -> [Double] {
    accumulate(second, into: &first)
    defer { self = PairedSum() }
    return first
  }
}

/// Adds `x` to `sum`; either may be empty.
private func accumulate<Value: BinaryFloatingPoint>(_ x: [Value], into sum: inout [Double]) {
  guard !sum.isEmpty else { return sum = x.map { Double($0) } }
  for at in x.indices { sum[at] += Double(x[at]) }
}

/// exp(z - top) / Σ exp(z - top) over the classes of each pixel, `[H, W, classes]`, in double precision.
private func softmax(_ scores: Tensor) -> Tensor {
  let classes = scores.shape[2]
  var powers = [Double](repeating: 0, count: classes)
  var result = scores
  for first in stride(from: 0, to: scores.elements.count, by: classes) {
    var (top, sum) = (-Float.infinity, 0.0)
    for c in 0..<classes where !(scores.elements[first + c] <= top) { top = scores.elements[first + c] }
    for c in 0..<classes {
      powers[c] = portableExp(Double(scores.elements[first + c]) - Double(top))
      sum += powers[c]
    }
    for c in 0..<classes { result.elements[first + c] = Float(powers[c] / sum) }
  }
  return result
}
