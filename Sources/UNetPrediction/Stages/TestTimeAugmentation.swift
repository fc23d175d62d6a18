import UNetImages
import UNetNumerics

/// Which versions of an image a prediction is the mean of.
///
/// Section 4: the EM challenge was won with "the average over 7 rotated versions of the input data" (which, the paper
/// leaves open; here the circle is divided evenly).  The authors' release averages the raw scores of 4 flips.
public struct TestTimeAugmentation: Sendable, Equatable {
  /// Versions rotated by k · 360° / `rotations`, k from 0, whose probabilities are averaged.
  public var rotations: Int
  /// Whether each of them is the softmax of the mean scores of 4 flips: as it is, mirrored up-down, left-right, both.
  public var flips: Bool

  /// So many rotations, 1 to 360, of one or four flips; a `Segmenter` refuses other numbers.
  public init(rotations: Int = 1, flips: Bool = false) {
    (self.rotations, self.flips) = (rotations, flips)
  }

  /// How many rotations there may be.
  package static let allowed = 1...360

  /// The image alone.
  public static let none = TestTimeAugmentation()

  /// How often the network is applied to an image.
  package var passes: Int { turns * (flips ? 4 : 1) }

  /// Whether there are raw scores to tell: rotations average probabilities, which have none.
  package var hasScores: Bool { turns == 1 }

  /// The rotations that count: half a turn is a flip up-down and left-right, so that with flips the second half of an
  /// even number of rotations repeats the first.
  var turns: Int { flips && rotations.isMultiple(of: 2) ? rotations / 2 : rotations }

  /// The versions of `image [H, W, C]`, each made when it is asked for, in the order in which `VersionMean` adds them:
  /// turns that differ by right angles one after the other.
  package func versions(of image: Tensor) -> some Sequence<ImageVersion> {
    var order: [Turn] = []
    for rest in 0..<rotations {
      for turn in 0..<turns where 4 * turn % rotations == rest {
        let part = Double(rest) / Double(rotations)
        order.append(Turn(quarters: 4 * turn / rotations, rest: part, of: image))
      }
    }
    let flips = flips ? ImageVersion.flips : [(false, false)]
    return order.lazy.flatMap { turn in
      let turned = turn.turned(image)
      return flips.lazy.map { (upDown, leftRight) in
        let flipped = turned.flipped(upDown: upDown, leftRight: leftRight)
        return ImageVersion(turn: turn, upDown: upDown, leftRight: leftRight, image: flipped)
      }
    }
  }
}

/// An image turned and then mirrored.
package struct ImageVersion {
  let turn: Turn
  let upDown: Bool, leftRight: Bool
  /// What the network is given, `[h, w, C]`.
  package let image: Tensor

  static let flips = [(false, false), (true, true), (true, false), (false, true)]
}

/// A rotation by right angles, which copies pixels, and by a part of one, which resamples (`Rotation`).
struct Turn {
  /// Right angles, and the part of one beyond them, counter-clockwise.
  let quarters: Int, rest: Double
  private let rotation: Rotation?

  /// A rotation of images of the size of `image`.
  init(quarters: Int, rest: Double, of image: Tensor) {
    (self.quarters, self.rest) = (quarters, rest)
    let (rows, columns) = quarters.isMultiple(of: 2) ? (0, 1) : (1, 0)
    rotation =
      rest > 0 ? Rotation(quarters: rest, height: image.shape[rows], width: image.shape[columns]) : nil
  }

  /// The image rotated.
  func turned(_ image: Tensor) -> Tensor {
    let turned = image.turned(by: quarters)
    return rotation?.rotate(turned) ?? turned
  }

  /// Probabilities of the rotated image, brought back.
  func back(_ probabilities: Tensor) -> Tensor {
    (rotation?.back(probabilities) ?? probabilities).turned(by: -quarters)
  }
}
