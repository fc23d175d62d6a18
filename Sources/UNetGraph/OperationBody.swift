/// What an operation is, whoever runs it.
///
/// Beside it stands the method of `Graph` that appends it, which is the shape rule.
protocol OperationBody: Hashable, Sendable {
  /// The values whose contents it needs.
  var reads: [Value] { get }
  /// The values that it overwrites.
  var writes: [Value] { get }
  /// Its arithmetic; unless it says otherwise, 1 for each element that it writes.
  var flops: Int { get }
  /// How its products are summed, where there is a choice.
  var chosenAlgorithm: Algorithm? { get }
  /// What a backend's schedule divides of it.
  var work: Operation.Work { get }
  /// How it wants the gradient of its result.
  var gradientForm: GradientForm { get }

  /// The gradient rule: appends what computes the gradients of what it reads, given that of its result, if that is
  /// known.  Unless it says otherwise, it has no gradient.
  func differentiate(in gradients: inout Gradients)
}

extension Operation {
  /// The kinds of work that a backend has schedules for.
  package enum Work: Sendable {
    /// Sums over taps and channels, for each pixel.
    case product
    /// Sums over pixels, for each element of a filter.
    case filterGradient
    /// All else.
    case elementwise
  }
}

extension OperationBody {
  var flops: Int { writes.map(\.shape.count).reduce(0, +) }
  var chosenAlgorithm: Algorithm? { nil }
  var work: Operation.Work { .elementwise }
  var gradientForm: GradientForm { GradientForm() }
  func differentiate(in gradients: inout Gradients) {}
}

extension Optional {
  /// No element or one.
  var list: [Wrapped] { map { [$0] } ?? [] }
}
