import UNetNumerics

// Gradients in the form that a convolution's gradient rules need them.

/// How the operation that made a value wants the value's gradient: 0 where the rectified `gate` is not positive, and
/// inside a border of `border` zeros.
struct GradientForm: Equatable {
  var gate: Value?
  var border = 0

  /// The shape of the gradient of `x [N, H, W, C]`.
  func shape(of x: Value) -> Shape {
    [x.shape[0], x.shape[1] + 2 * border, x.shape[2] + 2 * border, x.shape[3]]
  }
}

/// The gradient of a convolution's output, ready for its two gradients: `dy` where the rectified output `y` is positive
/// (everywhere if there is no `y`), inside a border of zeros: `g [N, H+2·border, W+2·border, K]`.  Of a `dy` with more
/// channels than `g`, the first K.
public struct GradientGate: OperationBody {
  package let dy: Value, y: Value?, g: Value
  package let border: Int
  package init(dy: Value, y: Value?, g: Value, border: Int = 0) {
    (self.dy, self.y, self.g, self.border) = (dy, y, g, border)
  }

  var reads: [Value] { [dy] + y.list }
  var writes: [Value] { [g] }
}
