import UNetNumerics

// 2x2 max-pooling with stride 2 (section 2) and its gradient.

extension Graph {
  /// The maximum of each 2x2 block of `x [N, H, W, C]`: `[N, H/2, W/2, C]`.
  /// - Throws: `ShapeError` where a side is odd.
  public mutating func maxPool(_ x: Value) throws -> Value {
    try x.checkAxes(for: "max-pool")
    guard x.shape[1].isMultiple(of: 2), x.shape[2].isMultiple(of: 2), x.shape[1] > 0, x.shape[2] > 0 else {
      throw ShapeError(
        operation: "max-pool", shape: x.shape,
        requirement: "height and width must be even; choose another tile")
    }
    let y = value([x.shape[0], x.shape[1] / 2, x.shape[2] / 2, x.shape[3]])
    append(.maxPool(.init(x: x, y: y)))
    return y
  }
}

/// The maximum of each 2x2 block, stride 2: `y [N, H/2, W/2, C]`.
public struct MaxPooling: OperationBody {
  package let x: Value, y: Value
  package init(x: Value, y: Value) { (self.x, self.y) = (x, y) }

  var reads: [Value] { [x] }
  var writes: [Value] { [y] }

  func differentiate(in gradients: inout Gradients) {
    guard let dy = gradients.whole(y) else { return }
    let other = gradients.takeJoint(of: x)
    gradients.pass(to: x) { dx, form in
      .maxPoolGradient(
        .init(dy: dy, x: x, other: other, dx: dx, border: form.border, gated: form.gate != nil))
    }
  }
}

/// `dy` at the first maximum of each block in reading order, else 0.  Where `x` was a skip too, that is added to
/// `other`, the gradient of the convolution that read its crop: its last channels inside the crop, 0 outside.  Then
/// it is 0 where `x` is not positive, if `gated`, and in a border as `ConvolutionInputGradient`.
public struct MaxPoolingGradient: OperationBody {
  package let dy: Value, x: Value, other: Value?, dx: Value
  package let border: Int, gated: Bool
  package init(dy: Value, x: Value, other: Value? = nil, dx: Value, border: Int = 0, gated: Bool = false) {
    (self.dy, self.x, self.other, self.dx, self.border, self.gated) = (dy, x, other, dx, border, gated)
  }

  var reads: [Value] { [dy, x] + other.list }
  var writes: [Value] { [dx] }
}

// MARK: - All four ways to cut blocks, for segmentation by a sliding window

extension Graph {
  /// The maxima of all 2x2 blocks, those of blocks that overlap in images of their own.
  package mutating func maxPoolFragments(_ x: Value) throws -> Value {
    guard !x.shape[1].isMultiple(of: 2), !x.shape[2].isMultiple(of: 2), x.shape[1] > 1, x.shape[2] > 1 else {
      throw ShapeError(
        operation: "max-pool in fragments", shape: x.shape,
        requirement: "height and width must be odd, so that the blocks of all four corners are as many; "
          + "choose another tile")
    }
    let y = value([4 * x.shape[0], x.shape[1] / 2, x.shape[2] / 2, x.shape[3]])
    append(.maxPoolFragments(.init(x: x, y: y)))
    return y
  }
}

/// The maxima of the 2x2 blocks that begin at each corner of a block, apart: `y[4n + 2i + j, h, w, c]` is that of the
/// block whose first pixel is (2h + i, 2w + j).  `x [N, H, W, C]` with odd sides, `y [4N, (H-1)/2, (W-1)/2, C]`.
/// For segmentation; it has no gradient.
public struct FragmentPooling: OperationBody {
  package let x: Value, y: Value
  package init(x: Value, y: Value) { (self.x, self.y) = (x, y) }

  var reads: [Value] { [x] }
  var writes: [Value] { [y] }
}
