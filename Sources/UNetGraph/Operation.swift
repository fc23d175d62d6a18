import UNetNumerics

/// A tensor that operations read and write.  It has a place in a graph and a shape, but no data.
package struct Value: Hashable, Sendable {
  /// Its number in the graph.
  package let id: Int
  /// Its extents.
  package let shape: Shape
}

/// How the products of a convolution and of its gradients are summed.  It decides their bits, so it belongs to the
/// operation and is never a device's choice (Documentation/numerics.md).
package enum Algorithm: String, Sendable, CaseIterable, Codable {
  /// One chain over taps and channels for each element.
  case direct
  /// A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016.
  case winograd
  /// What is taken where nothing else is said.
  package static let standard = winograd
}

/// Everything a backend must be able to do.  Backends `switch` over it without a `default`, so that an operation
/// missing from either one does not compile.
///
/// Shapes: activations `[N, H, W, C]` or, after a convolution, `[.., K]`; filters `[R, S, C, K]`, biases `[K]`;
/// label maps and losses `[N, H, W]`.  `dx` is the gradient of `x`.  The order and rounding of every sum is part of
/// the operation and stands in Documentation/numerics.md; how the work is divided is the backend's.
package enum Operation: Hashable, Sendable {
  /// `y = x ∗ w + b` without padding, then `y < 0 ? 0 : y` if `relu`.  `y [N, H-R+1, W-S+1, K]`.
  ///
  /// The channels of the centre of a `skip`, as large as x or larger, follow those of `x`: filters are `[R, S, C, K]`
  /// with C the channels of both.  The crop starts at `Operation.crop`.
  case conv(x: Value, skip: Value?, w: Value, b: Value, y: Value, relu: Bool, algorithm: Algorithm)
  /// The gradient of a convolution's output, ready for its two gradients: `dy` where the rectified output `y` is
  /// positive (everywhere if there is no `y`), inside a border of `frame` zeros: `g [N, H+2·frame, W+2·frame, K]`.  Of
  /// a `dy` with more channels than `g`, the first K.
  case gate(dy: Value, y: Value?, g: Value, frame: Int)
  /// `dx[h, w, c] = Σ g[h + R-1 - r, w + S-1 - s, k] · w[r, s, c, k]`, with `g` framed by `R-1` zeros.  Where the
  /// convolution had a skip, this is the gradient of x's channels and then of the crop's.
  ///
  /// Where x is the rectified output of a convolution, `gate` is x and `frame` what that convolution's gradients need:
  /// `dx` is 0 where `gate` is not positive, and lies inside a border of zeros, `[N, H+2·frame, W+2·frame, C]`.
  case convInputGradient(g: Value, w: Value, gate: Value?, dx: Value, frame: Int, algorithm: Algorithm)
  /// `dw[r, s, c, k] = Σ x[h+r, w+s, c] · g[h, w, k]` and `db[k] = Σ g[h, w, k]`, `g` framed by `R-1` zeros, `x`
  /// followed by the crop of `skip` as in `conv`.
  case convWeightGradient(g: Value, x: Value, skip: Value?, dw: Value, db: Value, algorithm: Algorithm)

  /// The maximum of each 2x2 block, stride 2: `y [N, H/2, W/2, C]`.
  case maxPool(x: Value, y: Value)
  /// The maxima of the 2x2 blocks that begin at each corner of a block, apart: `y[4n + 2i + j, h, w, c]` is that of the
  /// block whose first pixel is (2h + i, 2w + j).  `x [N, H, W, C]` with odd sides, `y [4N, (H-1)/2, (W-1)/2, C]`.
  /// For segmentation; it has no gradient.
  case maxPoolFragments(x: Value, y: Value)
  /// `dy` at the first maximum of each block in reading order, else 0.  Where `x` was a skip too, that is added to
  /// `other`, the gradient of the convolution that read its crop: its last channels inside the crop, 0 outside.  Then
  /// it is 0 where `x` is not positive, if `gated`, and framed as in `convInputGradient`.
  case maxPoolGradient(dy: Value, x: Value, other: Value?, dx: Value, frame: Int, gated: Bool)

  /// `y[2h+i, 2w+j, k] = b[k] + Σ x[h, w, c] · w[i, j, c, k]`, then rectified if `relu`.  `y [N, 2H, 2W, K]`.
  case upConv(x: Value, w: Value, b: Value, y: Value, relu: Bool)
  /// `dx[h, w, c] = Σ g[2h+i, 2w+j, k] · w[i, j, c, k]`.  Of a `g` with more channels than K, the first.
  /// Gated and framed as in `convInputGradient`.
  case upConvInputGradient(g: Value, w: Value, gate: Value?, dx: Value, frame: Int)
  /// `dw[i, j, c, k] = Σ x[h, w, c] · g[2h+i, 2w+j, k]` and `db[k] = Σ g`, of the first K channels of `g`.
  case upConvWeightGradient(g: Value, x: Value, dw: Value, db: Value)

  /// Zeroes each element with probability `rate` and multiplies the others by `1 / (1 - rate)`; its own gradient.
  /// Which ones follows from `key`, the step in `control[0]` and the element's index.
  case dropout(x: Value, control: Value, y: Value, rate: Float, key: UInt32)

  /// `y = a + b`.
  case add(a: Value, b: Value, y: Value)

  /// `y[c] = exp(x[c]) / Σ exp(x[k])` over the channels of each pixel.
  case softmax(x: Value, y: Value)

  /// `losses = weights / pixels · -log softmax(logits)[labels]` for each pixel (equation 1), and its gradient.
  case softmaxCrossEntropy(logits: Value, labels: Value, weights: Value, losses: Value, dlogits: Value)

  /// Sums of `sumBlock` consecutive elements, each a chain: `y [ceil(count / sumBlock)]`.
  case sum(x: Value, y: Value)

  /// `v = momentum · v - rate · (dw + decay · w)`, then `w = w + v`; `control = [step, rate, momentum, decay]`.
  case sgd(w: Value, v: Value, dw: Value, control: Value)
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

  /// The elements that one chain of `sum` adds.
  package static let sumBlock = 1024

  /// The rows of output that one chain of a weight gradient covers: about 1,024 pixels, at least one row.  Rows are
  /// counted through all images of a batch; the sums of blocks are added in ascending order.
  package static func gradientRows(width: Int) -> Int { max(1, 1024 / width) }

  /// The 4x4 tiles that one chain of a weight gradient by Winograd's algorithm covers, counted through all images; the
  /// sums of blocks are added in ascending order.
  package static let gradientTiles = 256
}

extension Operation {
  /// The values whose contents the operation needs.
  package var reads: [Value] {
    switch self {
    case .conv(let x, let skip, let w, let b, _, _, _): [x, w, b] + (skip.map { [$0] } ?? [])
    case .gate(let dy, let y, _, _): [dy] + (y.map { [$0] } ?? [])
    case .convInputGradient(let g, let w, let gate, _, _, _): [g, w] + (gate.map { [$0] } ?? [])
    case .convWeightGradient(let g, let x, let skip, _, _, _): [g, x] + (skip.map { [$0] } ?? [])
    case .maxPool(let x, _): [x]
    case .maxPoolFragments(let x, _): [x]
    case .maxPoolGradient(let dy, let x, let other, _, _, _): [dy, x] + (other.map { [$0] } ?? [])
    case .upConv(let x, let w, let b, _, _): [x, w, b]
    case .upConvInputGradient(let g, let w, let gate, _, _): [g, w] + (gate.map { [$0] } ?? [])
    case .upConvWeightGradient(let g, let x, _, _): [g, x]
    case .dropout(let x, let control, _, _, _): [x, control]
    case .add(let a, let b, _): [a, b]
    case .softmax(let x, _): [x]
    case .softmaxCrossEntropy(let logits, let labels, let weights, _, _): [logits, labels, weights]
    case .sum(let x, _): [x]
    case .sgd(let w, let v, let dw, let control): [w, v, dw, control]
    }
  }

  /// The values that the operation overwrites.
  package var writes: [Value] {
    switch self {
    case .conv(_, _, _, _, let y, _, _): [y]
    case .gate(_, _, let g, _): [g]
    case .convInputGradient(_, _, _, let dx, _, _): [dx]
    case .convWeightGradient(_, _, _, let dw, let db, _): [dw, db]
    case .maxPool(_, let y): [y]
    case .maxPoolFragments(_, let y): [y]
    case .maxPoolGradient(_, _, _, let dx, _, _): [dx]
    case .upConv(_, _, _, let y, _): [y]
    case .upConvInputGradient(_, _, _, let dx, _): [dx]
    case .upConvWeightGradient(_, _, let dw, let db): [dw, db]
    case .dropout(_, _, let y, _, _): [y]
    case .add(_, _, let y): [y]
    case .softmax(_, let y): [y]
    case .softmaxCrossEntropy(_, _, _, let losses, let dlogits): [losses, dlogits]
    case .sum(_, let y): [y]
    case .sgd(let w, let v, _, _): [w, v]
    }
  }

  /// How its products are summed, where there is a choice.
  package var algorithm: Algorithm? {
    switch self {
    case .conv(_, _, _, _, _, _, let algorithm), .convInputGradient(_, _, _, _, _, let algorithm),
      .convWeightGradient(_, _, _, _, _, let algorithm):
      algorithm
    case .gate, .maxPool, .maxPoolFragments, .maxPoolGradient, .upConv, .upConvInputGradient,
      .upConvWeightGradient, .dropout, .add, .softmax, .softmaxCrossEntropy, .sum, .sgd:
      nil
    }
  }

  /// The case's name, such as `convInputGradient`.
  package var name: String { Mirror(reflecting: self).children.first?.label ?? "operation" }

  /// The arithmetic it takes: 2 for each multiply-add of a convolution, 1 for each element otherwise.
  package var flops: Int {
    switch self {
    case .conv(_, _, let w, _, let y, _, _): 2 * w.shape.count * y.shape.count / y.shape[3]
    case .convInputGradient(let g, let w, _, _, _, _):
      2 * w.shape.count * g.shape[0] * (g.shape[1] - 2 * (w.shape[0] - 1))
        * (g.shape[2] - 2 * (w.shape[1] - 1))
    case .convWeightGradient(let g, _, _, let dw, _, _):
      2 * dw.shape.count * g.shape[0] * (g.shape[1] - 2 * (dw.shape[0] - 1))
        * (g.shape[2] - 2 * (dw.shape[1] - 1))
    case .upConv(let x, let w, _, _, _): 2 * w.shape.count * x.shape.count / x.shape[3]
    case .upConvInputGradient(let g, let w, _, _, _): 2 * w.shape.count * g.shape.count / g.shape[3] / 4
    case .upConvWeightGradient(_, let x, let dw, _): 2 * dw.shape.count * x.shape.count / x.shape[3]
    case .gate, .maxPool, .maxPoolFragments, .maxPoolGradient, .dropout, .add, .softmax,
      .softmaxCrossEntropy, .sum, .sgd:
      writes.map(\.shape.count).reduce(0, +)
    }
  }

  /// The bytes that it must at least move: each value read and written once.
  package var bytes: Int { 4 * (reads + writes).map(\.shape.count).reduce(0, +) }
}

extension Operation: CustomStringConvertible {
  /// The name and the shapes, such as `conv(1×5×4×1, 3×3×1×2, 2 → 1×3×2×2)`.
  package var description: String {
    func shapes(_ values: [Value]) -> String { values.map(\.shape.description).joined(separator: ", ") }
    let suffix = algorithm == .winograd ? ", winograd" : ""
    return "\(name)(\(shapes(reads)) → \(shapes(writes))\(suffix))"
  }
}

/// What a dropout's rate means in whole and floating-point numbers, the same for every backend.
package struct Dropping: Sendable {
  /// An element stays where its random 32 bits are at least this.
  package let threshold: UInt32
  /// What it is multiplied by, `1 / (1 - rate)`.
  package let scale: Float

  /// Dropping with probability `rate`, 0 to below 1.
  package init(rate: Float) {
    threshold = UInt32(Double(rate) * 4_294_967_296)
    scale = Float(1 / (1 - Double(rate)))
  }
}
