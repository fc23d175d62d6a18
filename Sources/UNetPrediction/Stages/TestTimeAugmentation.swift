import UNetImages
import UNetNumerics

/// Which versions of an image a prediction is the mean of.
///
/// Section 4: the EM challenge was won with "the average over 7 rotated versions of the input data" (which, the paper
/// leaves open; here the circle is divided evenly).  The authors' release averages the raw scores of 4 flips.
package struct TestTimeAugmentation: Sendable, Equatable {
  /// Versions rotated by k · 360° / `rotations`, k from 0, whose probabilities are averaged.
  package var rotations: Int
  /// Whether each of them is the softmax of the mean scores of 4 flips: as it is, mirrored up-down, left-right, both.
  package var flips: Bool

  /// So many rotations, of one or four flips.
  package init(rotations: Int = 1, flips: Bool = false) {
    precondition(TestTimeAugmentation.allowed.contains(rotations), "\(rotations) rotations")
    (self.rotations, self.flips) = (rotations, flips)
  }

  /// How many rotations there may be.
  package static let allowed = 1...360

  /// The image alone.
  package static let none = TestTimeAugmentation()

  /// How often the network is applied to an image.
  package var passes: Int { turns * (flips ? 4 : 1) }

  /// Whether there are raw scores to tell: rotations average probabilities, which have none.
  package var hasScores: Bool { turns == 1 }

  /// The rotations that count: half a turn is a flip up-down and left-right, so that with flips the second half of an
  /// even number of rotations repeats the first.
  private var turns: Int { flips && rotations.isMultiple(of: 2) ? rotations / 2 : rotations }

  /// The mean over the versions of `image [H, W, C]`.
  ///
  /// `predict` is given a version, and whether raw scores are wanted.  Turns by right angles copy pixels; other angles
  /// resample (`Rotation`).  Sums are in double precision, and in such an order that an image turned by a right angle
  /// that is among the rotations gives the result turned, to the bit; with flips, where all rotations are right angles,
  /// and then an image mirrored the result mirrored.
  package func callAsFunction(
    _ image: Tensor, logits: Bool = false, _ predict: (Tensor, Bool) throws -> Prediction
  ) rethrows -> Prediction {
    func flipped(_ version: Tensor) throws -> Prediction {
      flips ? try meanOfFlips(version, predict) : try predict(version, logits && hasScores)
    }
    guard turns > 1 else { return try flipped(image) }
    var mean: [Double] = []
    var shape = image.shape
    for rest in 0..<rotations {
      // Opposite turns are added first, then those at right angles, then other angles: see above.
      var pairs: [[Double]] = [[], []]
      for turn in 0..<turns where 4 * turn % rotations == rest {
        let quarters = 4 * turn / rotations
        let chances = try rotated(
          image, quarters, rest: Double(rest) / Double(rotations)
        ) { try flipped($0).probabilities }
        shape = chances.shape
        add(chances.elements, to: &pairs[quarters % 2])
      }
      add(pairs[1], to: &pairs[0])
      add(pairs[0], to: &mean)
    }
    return Prediction(
      logits: nil, probabilities: Tensor(shape, mean.map { Float($0 / Double(turns)) }))
  }

  /// The probabilities of `image` rotated by `quarters` + `rest` right angles, brought back.
  private func rotated(
    _ image: Tensor, _ quarters: Int, rest: Double, _ predict: (Tensor) throws -> Tensor
  ) rethrows -> Tensor {
    let turned = image.turned(by: quarters)
    guard rest > 0 else { return try predict(turned).turned(by: -quarters) }
    let rotation = Rotation(quarters: rest, height: turned.shape[0], width: turned.shape[1])
    return rotation.back(try predict(rotation(turned))).turned(by: -quarters)
  }
}

/// The mean of the raw scores of an image's 4 flips, and its softmax.
private func meanOfFlips(_ image: Tensor, _ predict: (Tensor, Bool) throws -> Prediction) rethrows
  -> Prediction
{
  // The opposite ones first, so that a flip of the image only exchanges what is added.
  var pairs: [[Double]] = [[], []]
  var shape = image.shape
  for (upDown, leftRight) in [(false, false), (true, true), (true, false), (false, true)] {
    let version = image.flipped(upDown: upDown, leftRight: leftRight)
    guard let scores = try predict(version, true).logits else { preconditionFailure("no raw scores") }
    shape = scores.shape
    let back = scores.flipped(upDown: upDown, leftRight: leftRight)
    add(back.elements, to: &pairs[upDown == leftRight ? 0 : 1])
  }
  add(pairs[1], to: &pairs[0])
  let scores = Tensor(shape, pairs[0].map { Float($0 / 4) })
  return Prediction(logits: scores, probabilities: softmax(scores))
}

/// Adds `x` to `sum`, which may still be empty.
private func add(_ x: [Float], to sum: inout [Double]) {
  guard !sum.isEmpty else { return sum = x.map { Double($0) } }
  for at in x.indices { sum[at] += Double(x[at]) }
}

/// Adds `x` to `sum`; either may be empty.
private func add(_ x: [Double], to sum: inout [Double]) {
  guard !sum.isEmpty else { return sum = x }
  for at in x.indices { sum[at] += x[at] }
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
