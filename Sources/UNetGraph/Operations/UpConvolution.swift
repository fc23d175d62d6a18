import UNetNumerics

// The 2x2 up-convolution (section 2) and its gradients.

extension Graph {
  /// Each pixel of `x [N, H, W, C]` becomes a 2x2 block; `w [2, 2, C, K]`.
  /// - Throws: `ShapeError` where a shape is another.
  public mutating func upConv(_ x: Value, w: Value, b: Value, relu: Bool) throws -> Value {
    try x.checkAxes(for: "up-conv")
    try w.checkFilter(of: x.shape[3], bias: b, for: "up-conv")
    let y = value([x.shape[0], 2 * x.shape[1], 2 * x.shape[2], w.shape[3]])
    append(.upConv(.init(x: x, w: w, b: b, y: y, relu: relu)))
    return y
  }
}

/// `y[2h+i, 2w+j, k] = b[k] + Σ x[h, w, c] · w[i, j, c, k]`, then rectified if `relu`.  `y [N, 2H, 2W, K]`.
public struct UpConvolution: OperationBody {
  package let x: Value, w: Value, b: Value, y: Value
  package let relu: Bool
  package init(x: Value, w: Value, b: Value, y: Value, relu: Bool) {
    (self.x, self.w, self.b, self.y, self.relu) = (x, w, b, y, relu)
  }

  var reads: [Value] { [x, w, b] }
  var writes: [Value] { [y] }
  var flops: Int { 2 * w.shape.count * x.shape.count / x.shape[3] }
  var work: Operation.Work { .product }
  var gradientForm: GradientForm { GradientForm(gate: relu ? y : nil) }

  func differentiate(in gradients: inout Gradients) {
    guard let g = gradients[y] else { return }
    let (dw, db) = gradients.ofParameters(w, b)
    gradients.append(.upConvWeightGradient(.init(g: g, x: x, dw: dw, db: db)))
    gradients.pass(to: x) { dx, form in
      .upConvInputGradient(.init(g: g, w: w, gate: form.gate, dx: dx, border: form.border))
    }
  }
}

/// `dx[h, w, c] = Σ g[2h+i, 2w+j, k] · w[i, j, c, k]`.  Of a `g` with more channels than K, the first.
/// Gated and in a border as `ConvolutionInputGradient`.
public struct UpConvolutionInputGradient: OperationBody {
  package let g: Value, w: Value, gate: Value?, dx: Value
  package let border: Int
  package init(g: Value, w: Value, gate: Value? = nil, dx: Value, border: Int = 0) {
    (self.g, self.w, self.gate, self.dx, self.border) = (g, w, gate, dx, border)
  }

  var reads: [Value] { [g, w] + gate.list }
  var writes: [Value] { [dx] }
  var flops: Int { 2 * w.shape.count * g.shape.count / g.shape[3] / 4 }
  var work: Operation.Work { .product }
}

/// `dw[i, j, c, k] = Σ x[h, w, c] · g[2h+i, 2w+j, k]` and `db[k] = Σ g`, of the first K channels of `g`.
public struct UpConvolutionWeightGradient: OperationBody {
  package let g: Value, x: Value, dw: Value, db: Value
  package init(g: Value, x: Value, dw: Value, db: Value) {
    (self.g, self.x, self.dw, self.db) = (g, x, dw, db)
  }

  var reads: [Value] { [g, x] }
  var writes: [Value] { [dw, db] }
  var flops: Int { 2 * dw.shape.count * x.shape.count / x.shape[3] }
  var work: Operation.Work { .filterGradient }
}
