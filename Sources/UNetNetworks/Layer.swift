import UNetGraph

/// A piece of network, described once for every backend.
///
/// A layer appends operations to a graph.  It knows its parameters and its place in the paper; it knows nothing of
/// buffers, queues or kernels, and its gradient follows from its operations.
public protocol Layer: Sendable {
  /// Appends the layer applied to `x [N, H, W, C]` and returns its result.
  /// - Throws: `ShapeError` where `x` does not fit.
  func callAsFunction(_ x: Value, in graph: inout Graph) throws -> Value
}

/// An unpadded convolution, rectified unless told otherwise: `[N, H, W, C]` becomes
/// `[N, H-side+1, W-side+1, channels]`.  Its parameters are called `NAME.weight` and `NAME.bias`.
public struct Conv: Layer {
  let name: String
  let channels: Int
  let side: Int
  let relu: Bool

  /// `channels` filters of `side`² pixels.
  public init(_ name: String, channels: Int, side: Int = 3, relu: Bool = true) {
    (self.name, self.channels, self.side, self.relu) = (name, channels, side, relu)
  }

  /// Initial weights have deviation √(2/N), N the number of incoming nodes of one neuron (section 3).
  public func callAsFunction(_ x: Value, in graph: inout Graph) throws -> Value {
    try self(x, beside: nil, in: &graph)
  }

  /// The same over the channels of `x` and then those of the centre of `skip [N, H, W, S]`: "a concatenation with the
  /// correspondingly cropped feature map from the contracting path" (section 2), which is never written down.
  public func callAsFunction(_ x: Value, beside skip: Value?, in graph: inout Graph) throws -> Value {
    for image in [x] + (skip.map { [$0] } ?? []) { try image.checkAxes(for: "conv \(name)") }
    let inputs = x.shape[3] + (skip?.shape[3] ?? 0)
    let nodes = Float(side * side * inputs)
    let w = graph.parameter(
      "\(name).weight", .filter, [side, side, inputs, channels], deviation: (2 / nodes).squareRoot())
    let b = graph.parameter("\(name).bias", .bias, [channels])
    return try graph.conv(x, skip: skip, w: w, b: b, relu: relu)
  }
}

/// 2x2 max-pooling with stride 2: `[N, H, W, C]` becomes `[N, H/2, W/2, C]`.
public struct MaxPool: Layer {
  /// The one there is.
  public init() {}
  /// Halves height and width.
  /// - Throws: `ShapeError` where one of them is odd.
  public func callAsFunction(_ x: Value, in graph: inout Graph) throws -> Value { try graph.maxPool(x) }
}

/// A 2x2 up-convolution: `[N, H, W, C]` becomes `[N, 2H, 2W, channels]`.
public struct UpConv: Layer {
  let name: String
  let channels: Int
  let relu: Bool
  let nodes: Int?

  /// `channels` outputs; `nodes` is N of the initial deviation √(2/N), by default the input channels.
  public init(_ name: String, channels: Int, relu: Bool = false, nodes: Int? = nil) {
    (self.name, self.channels, self.relu, self.nodes) = (name, channels, relu, nodes)
  }

  /// Doubles height and width.
  public func callAsFunction(_ x: Value, in graph: inout Graph) throws -> Value {
    try x.checkAxes(for: "up-conv \(name)")
    let inputs = x.shape[3]
    let deviation = (2 / Float(nodes ?? inputs)).squareRoot()
    let w = graph.parameter("\(name).weight", .upFilter, [2, 2, inputs, channels], deviation: deviation)
    let b = graph.parameter("\(name).bias", .bias, [channels])
    return try graph.upConv(x, w: w, b: b, relu: relu)
  }
}

/// Drops activations while training; nothing otherwise.
public struct Dropout: Layer {
  let rate: Float
  /// Drops each activation with probability `rate`.
  public init(_ rate: Float) { self.rate = rate }
  /// `x`, of the same shape.
  public func callAsFunction(_ x: Value, in graph: inout Graph) throws -> Value {
    graph.isTraining && rate > 0 ? graph.dropout(x, rate: rate) : x
  }
}
