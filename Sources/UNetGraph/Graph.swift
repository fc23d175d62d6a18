import UNetNumerics

/// A straight line of operations, built once and run many times by a `Session`.
///
/// Layers append to it: each method below takes values, checks their shapes, appends an operation and returns its result.
public struct Graph: Sendable {
  /// What runs, in order.
  package internal(set) var operations: [Operation] = []
  /// The filters and biases, in the order in which layers asked for them.
  public private(set) var parameters: [Parameter] = []
  /// The optimiser's memory, one value for each parameter that is updated, in the order of `parameters`: velocities, or Adam's
  /// means of gradients.
  package internal(set) var firstMoments: [Value] = []
  /// Adam's means of squared gradients, in the same order; none for another optimiser.
  package internal(set) var secondMoments: [Value] = []
  private var valueCount = 0

  /// Whether layers that behave differently in training (dropout) do so.
  package let isTraining: Bool
  /// The experiment's seed, from which dropout draws its streams.
  package let seed: UInt64
  /// The algorithm of every convolution that it fits; the others are direct.
  package let numerics: Algorithm
  /// How parameters are updated.
  package let optimizer: Optimizer
  /// What the host tells each training step: its number, then what the update of `optimizer` reads.
  package let control: Value

  /// An empty graph.
  public init(
    training: Bool = false, seed: UInt64 = 1, numerics: Algorithm = .standard, optimizer: Optimizer = .sgd
  ) {
    (isTraining, self.seed, self.numerics, self.optimizer) = (training, seed, numerics, optimizer)
    control = Value(id: 0, shape: [optimizer.controlCount])
    valueCount = 1
  }

  /// A value that the caller writes before a run, or that a later operation will.
  public mutating func value(_ shape: Shape) -> Value {
    defer { valueCount += 1 }
    return Value(id: valueCount, shape: shape)
  }

  /// A named value that outlives a run and is trained: a filter or a bias.  A `Trainer` gives it Gaussian elements with
  /// this deviation, and zeros where that is 0.
  public mutating func parameter(
    _ name: String, _ role: Parameter.Role, _ shape: Shape, deviation: Float = 0
  ) -> Value {
    let value = value(shape)
    parameters.append(Parameter(name: name, role: role, value: value, deviation: deviation))
    return value
  }

  /// Adds `operation` to the end.
  package mutating func append(_ operation: Operation) { operations.append(operation) }
}

extension Value {
  /// Sees to it that this has the axes `[N, H, W, C]` that `operation` counts on, each with an extent.
  package func checkAxes(for operation: String) throws(ShapeError) {
    guard shape.extents.count == 4, shape.isUsable else {
      throw ShapeError(
        operation: operation, shape: shape, requirement: "it must be [N, H, W, C], every extent positive")
    }
  }

  /// Sees to it that filters `[R, S, C, K]` and biases `[K]` are those of so many `channels`.
  func checkFilter(of channels: Int, bias: Value, for operation: String) throws(ShapeError) {
    try checkAxes(for: "the filter of \(operation)")
    guard shape[2] == channels, bias.shape == [shape[3]] else {
      throw ShapeError(
        operation: "the filter of \(operation)", shape: shape,
        requirement: "it must have \(channels) channels, and a bias for each filter, not \(bias.shape)")
    }
  }
}

/// A filter or a bias of a network.
public struct Parameter: Hashable, Sendable {
  /// What a layer does with it.
  public enum Role: Sendable {
    /// The filter of a convolution, `[R, S, C, K]`.
    case filter
    /// The filter of an up-convolution, `[2, 2, C, K]`.
    case upFilter
    /// One number for each channel, `[K]`.
    case bias
  }

  /// Its name in `model.safetensors`.
  public let name: String
  /// What it is to its layer, which decides how files hold it.
  package let role: Role
  /// Its place in the graph.
  package let value: Value
  /// The standard deviation of its initial Gaussian distribution.
  package let deviation: Float
}
