import UNetNumerics

/// A tensor that operations read and write.  It has a place in a graph and a shape, but no data.
public struct Value: Hashable, Sendable {
  /// Its number in the graph.
  package let id: Int
  /// Its extents.
  public let shape: Shape
}

/// How the products of a convolution and of its gradients are summed.  It decides their bits, so it belongs to the
/// operation and is never a device's choice (Documentation/numerics.md).
public enum Algorithm: String, Sendable, CaseIterable, Codable {
  /// One chain over taps and channels for each element.
  case direct
  /// A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016.
  case winograd
  /// What is taken where nothing else is said.
  public static let standard = winograd
}

/// Everything a backend must be able to do.  Backends `switch` over it without a `default`, so that an operation
/// missing from either one does not compile.
///
/// What an operation reads, writes and computes, its shape and its gradient stand with its body, in `Operations`, a file
/// for a family.  Shapes: activations `[N, H, W, C]` or, after a convolution, `[.., K]`; filters `[R, S, C, K]`, biases
/// `[K]`; label maps and losses `[N, H, W]`.  `dx` is the gradient of `x`.  The order and rounding of every sum is part
/// of the operation and stands in Documentation/numerics.md; how the work is divided is the backend's.
public enum Operation: Hashable, Sendable {
  case conv(Convolution)
  case convInputGradient(ConvolutionInputGradient)
  case convWeightGradient(ConvolutionWeightGradient)
  case gate(GradientGate)
  case upConv(UpConvolution)
  case upConvInputGradient(UpConvolutionInputGradient)
  case upConvWeightGradient(UpConvolutionWeightGradient)
  case maxPool(MaxPooling)
  case maxPoolGradient(MaxPoolingGradient)
  case maxPoolFragments(FragmentPooling)
  case pad(Padding)
  case dropout(Dropping)
  case add(Addition)
  case softmax(Softmax)
  case softmaxCrossEntropy(SoftmaxCrossEntropy)
  case sum(Summation)
  case sgd(ParameterUpdates)
  case adam(ParameterUpdates)
  case accumulate(Accumulation)

  /// The names of all operations.
  package enum Kind: String, Sendable, CaseIterable {
    case conv, convInputGradient, convWeightGradient, gate, upConv, upConvInputGradient, upConvWeightGradient
    case maxPool, maxPoolGradient, maxPoolFragments, pad, dropout, add, softmax, softmaxCrossEntropy, sum,
      sgd, adam, accumulate
  }

  /// Which case it is, and what that holds.
  private var parts: (kind: Kind, body: any OperationBody) {
    switch self {
    case .conv(let body): (.conv, body)
    case .convInputGradient(let body): (.convInputGradient, body)
    case .convWeightGradient(let body): (.convWeightGradient, body)
    case .gate(let body): (.gate, body)
    case .upConv(let body): (.upConv, body)
    case .upConvInputGradient(let body): (.upConvInputGradient, body)
    case .upConvWeightGradient(let body): (.upConvWeightGradient, body)
    case .maxPool(let body): (.maxPool, body)
    case .maxPoolGradient(let body): (.maxPoolGradient, body)
    case .maxPoolFragments(let body): (.maxPoolFragments, body)
    case .pad(let body): (.pad, body)
    case .dropout(let body): (.dropout, body)
    case .add(let body): (.add, body)
    case .softmax(let body): (.softmax, body)
    case .softmaxCrossEntropy(let body): (.softmaxCrossEntropy, body)
    case .sum(let body): (.sum, body)
    case .sgd(let body): (.sgd, body)
    case .adam(let body): (.adam, body)
    case .accumulate(let body): (.accumulate, body)
    }
  }
}

extension Operation {
  /// Which operation it is.
  package var kind: Kind { parts.kind }
  /// What it is, apart from who runs it.
  var body: any OperationBody { parts.body }
  /// Its name, such as `convInputGradient`.
  public var name: String { kind.rawValue }
  /// The values whose contents the operation needs.
  package var reads: [Value] { body.reads }
  /// The values that the operation overwrites.
  package var writes: [Value] { body.writes }
  /// How its products are summed, where there is a choice.
  package var algorithm: Algorithm? { body.chosenAlgorithm }
  /// What a backend's schedule divides of it.
  package var work: Work { body.work }
  /// The arithmetic it takes: 2 for each multiply-add of a convolution, 1 for each element otherwise.
  package var flops: Int { body.flops }
  /// The bytes that it must at least move: each value read and written once.
  package var bytes: Int { 4 * (reads + writes).map(\.shape.count).reduce(0, +) }
}

extension Operation: CustomStringConvertible {
  /// The name and the shapes, such as `conv(1×5×4×1, 3×3×1×2, 2 → 1×3×2×2)`.
  public var description: String {
    func shapes(_ values: [Value]) -> String { values.map(\.shape.description).joined(separator: ", ") }
    let suffix = algorithm == .winograd ? ", winograd" : ""
    return "\(name)(\(shapes(reads)) → \(shapes(writes))\(suffix))"
  }
}
