import UNetNumerics

// A border of zeros, with which a convolution's output is as large as its input, and its gradient.

extension Graph {
  /// `x [N, H, W, C]` inside a border of zeros, `[N, H+2·border, W+2·border, C]`.
  /// - Throws: `ShapeError` where `x` is no such map, or the border takes all of it.
  public mutating func pad(_ x: Value, border: Int) throws -> Value {
    try x.checkAxes(for: "pad")
    let y = value([x.shape[0], x.shape[1] + 2 * border, x.shape[2] + 2 * border, x.shape[3]])
    try y.checkAxes(for: "pad by \(border)")
    append(.pad(.init(x: x, y: y, border: border)))
    return y
  }
}

/// `y [N, H+2·border, W+2·border, C]` is `x` inside a border of zeros or, where `border` is negative, the centre of `x`.
/// Of an `x` with more channels than `y`, the first.
public struct Padding: OperationBody {
  package let x: Value, y: Value
  package let border: Int
  package init(x: Value, y: Value, border: Int) { (self.x, self.y, self.border) = (x, y, border) }

  var reads: [Value] { [x] }
  var writes: [Value] { [y] }

  func differentiate(in gradients: inout Gradients) {
    if let other = gradients.takeJoint(of: y) {
      gradients.join(inverse(of: other, channels: other.shape[3], in: &gradients), to: x)
    }
    guard let dy = gradients[y], gradients.needs(x) else { return }
    gradients.know(inverse(of: dy, channels: x.shape[3], in: &gradients), of: x)
  }

  /// The part of `dy` that belongs to `x`.
  private func inverse(of dy: Value, channels: Int, in gradients: inout Gradients) -> Value {
    let dx = gradients.value([x.shape[0], x.shape[1], x.shape[2], channels])
    gradients.append(.pad(.init(x: dy, y: dx, border: -border)))
    return dx
  }
}
