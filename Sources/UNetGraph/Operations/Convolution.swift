import UNetNumerics

// Unpadded convolution (section 2) and its gradients.

extension Graph {
  /// An unpadded convolution with `w [R, S, C, K]`: of `x [N, H, W, C]`, or of the channels of `x` and then those of
  /// the centre of `skip`, C together.
  public mutating func conv(_ x: Value, skip: Value? = nil, w: Value, b: Value, relu: Bool) throws -> Value {
    for image in [x] + skip.list { try image.checkAxes(for: "conv") }
    try w.checkFilter(of: x.shape[3] + (skip?.shape[3] ?? 0), bias: b, for: "conv")
    let (r, s) = (w.shape[0], w.shape[1])
    guard x.shape[1] >= r, x.shape[2] >= s else {
      throw ShapeError(
        operation: "conv", shape: x.shape,
        requirement: "smaller than the filter \(w.shape); give a larger tile")
    }
    if let skip, skip.shape[1] < x.shape[1] || skip.shape[2] < x.shape[2] {
      throw ShapeError(
        operation: "conv", shape: x.shape, requirement: "larger than the skip \(skip.shape) that it crops")
    }
    let y = value([x.shape[0], x.shape[1] - r + 1, x.shape[2] - s + 1, w.shape[3]])
    let fits = Operation.winogradFits(w.shape, split: x.shape[3])
    let algorithm: Algorithm = numerics == .winograd && fits ? .winograd : .direct
    append(.conv(.init(x: x, skip: skip, w: w, b: b, y: y, relu: relu, algorithm: algorithm)))
    return y
  }
}

extension Operation {
  /// Whether Winograd's algorithm is there for `filter [R, S, C, K]`, whose first `split` channels are those of x and the
  /// others a skip's: 3x3, in whole vectors of 16 channels, and with 32 channels or more on both sides, for with fewer the
  /// transforms take what the products save.
  package static func winogradFits(_ filter: Shape, split: Int) -> Bool {
    filter[0] == 3 && filter[1] == 3 && split.isMultiple(of: 16)
      && [filter[2], filter[3]].allSatisfy { $0 >= 32 && $0.isMultiple(of: 16) }
  }

  /// Where the centre of a `skip [N, H, W, S]` begins that lies beside `x [N, h, w, C]`: `((H-h)/2, (W-w)/2)`,
  /// rounded down.
  package static func crop(of skip: Shape, to x: Shape) -> (top: Int, left: Int) {
    ((skip[1] - x[1]) / 2, (skip[2] - x[2]) / 2)
  }

  /// The rows of output that one chain of a weight gradient covers: about 1,024 pixels, at least one row.  Rows are
  /// counted through all images of a batch; the sums of blocks are added in ascending order.
  package static func gradientRows(width: Int) -> Int { max(1, 1024 / width) }

  /// The 4x4 tiles that one chain of a weight gradient by Winograd's algorithm covers, counted through all images; the
  /// sums of blocks are added in ascending order.
  package static let gradientTiles = 256
}

/// `y = x ∗ w + b` without padding, then `y < 0 ? 0 : y` if `relu`.  `y [N, H-R+1, W-S+1, K]`.
///
/// The channels of the centre of a `skip`, as large as x or larger, follow those of `x`: filters are `[R, S, C, K]`
/// with C the channels of both.  The crop starts at `Operation.crop`.
public struct Convolution: OperationBody {
  package let x: Value, skip: Value?, w: Value, b: Value, y: Value
  package let relu: Bool
  package let algorithm: Algorithm
  package init(
    x: Value, skip: Value? = nil, w: Value, b: Value, y: Value, relu: Bool, algorithm: Algorithm = .direct
  ) {
    (self.x, self.skip, self.w, self.b, self.y) = (x, skip, w, b, y)
    (self.relu, self.algorithm) = (relu, algorithm)
  }

  var reads: [Value] { [x, w, b] + skip.list }
  var writes: [Value] { [y] }
  var flops: Int { 2 * w.shape.count * y.shape.count / y.shape[3] }
  var chosenAlgorithm: Algorithm? { algorithm }
  var work: Operation.Work { .product }
  var gradientForm: GradientForm { GradientForm(gate: relu ? y : nil, border: w.shape[0] - 1) }

  func differentiate(in gradients: inout Gradients) {
    guard let g = gradients[y] else { return }
    let (dw, db) = gradients.ofParameters(w, b)
    gradients.append(
      .convWeightGradient(.init(g: g, x: x, skip: skip, dw: dw, db: db, algorithm: algorithm)))
    if let skip {
      let dx = gradients.value([x.shape[0], x.shape[1], x.shape[2], w.shape[2]])
      gradients.append(.convInputGradient(.init(g: g, w: w, dx: dx, algorithm: algorithm)))
      gradients.join(dx, to: skip)
      gradients.know(dx, of: x)
    } else {
      gradients.pass(to: x) { dx, form in
        .convInputGradient(
          .init(g: g, w: w, gate: form.gate, dx: dx, border: form.border, algorithm: algorithm))
      }
    }
  }
}

/// `dx[h, w, c] = Σ g[h + R-1 - r, w + S-1 - s, k] · w[r, s, c, k]`, with `g` in a border of `R-1` zeros.  Where the
/// convolution had a skip, this is the gradient of x's channels and then of the crop's.
///
/// Where x is the rectified output of a convolution, `gate` is x and `border` what that convolution's gradients need:
/// `dx` is 0 where `gate` is not positive, and lies inside a border of zeros, `[N, H+2·border, W+2·border, C]`.
public struct ConvolutionInputGradient: OperationBody {
  package let g: Value, w: Value, gate: Value?, dx: Value
  package let border: Int
  package let algorithm: Algorithm
  package init(
    g: Value, w: Value, gate: Value? = nil, dx: Value, border: Int = 0, algorithm: Algorithm = .direct
  ) {
    (self.g, self.w, self.gate, self.dx) = (g, w, gate, dx)
    (self.border, self.algorithm) = (border, algorithm)
  }

  var reads: [Value] { [g, w] + gate.list }
  var writes: [Value] { [dx] }
  var flops: Int { gradientFlops(w, g) }
  var chosenAlgorithm: Algorithm? { algorithm }
  var work: Operation.Work { .product }
}

/// `dw[r, s, c, k] = Σ x[h+r, w+s, c] · g[h, w, k]` and `db[k] = Σ g[h, w, k]`, `g` in a border of `R-1` zeros, `x`
/// followed by the crop of `skip` as in `Convolution`.
public struct ConvolutionWeightGradient: OperationBody {
  package let g: Value, x: Value, skip: Value?, dw: Value, db: Value
  package let algorithm: Algorithm
  package init(
    g: Value, x: Value, skip: Value? = nil, dw: Value, db: Value, algorithm: Algorithm = .direct
  ) {
    (self.g, self.x, self.skip, self.dw, self.db) = (g, x, skip, dw, db)
    self.algorithm = algorithm
  }

  var reads: [Value] { [g, x] + skip.list }
  var writes: [Value] { [dw, db] }
  var flops: Int { gradientFlops(dw, g) }
  var chosenAlgorithm: Algorithm? { algorithm }
  var work: Operation.Work { .filterGradient }
}

/// Each pixel of `g`, without its border, with each element of the filter.
private func gradientFlops(_ filter: Value, _ g: Value) -> Int {
  let (f, g) = (filter.shape, g.shape)
  return 2 * f.count * g[0] * (g[1] - 2 * (f[0] - 1)) * (g[2] - 2 * (f[1] - 1))
}
