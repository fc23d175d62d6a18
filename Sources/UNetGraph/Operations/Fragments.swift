import UNetNumerics

// Max-pooling that keeps all four ways to cut blocks, for segmentation by a sliding window.

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
