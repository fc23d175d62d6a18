import UNetGraph
import UNetMessages
import UNetNumerics

/// Translates the operations of a network, whose activations are `[N, H, W, C]`, to ONNX's, `[N, C, H, W]`, for images of any
/// size.
///
/// A graph is traced for one size; what depends on it is nothing but differences of sides, which are the same for every size.
struct ONNXNetwork {
  private var nodes: ONNXNodes
  /// The names of what was computed so far.
  private var names: [Value: String]
  /// Of what was padded with zeros: that without them, which a convolution then reads with zeros of its own.
  private var padded: [Value: (inner: Value, border: Int)] = [:]
  /// Pixels from one to the next that a filter reads: 1 before any pooling that keeps every pixel.
  private var dilations: [Value: Int] = [:]
  private let parameters: [Value: String]

  /// Appends `graph`, which begins with `input`, known as `name`.
  /// - Returns: what `output` is called.
  /// - Throws: `ONNXError` for an operation that trained networks do not have.
  static func append(
    _ graph: Graph, from input: Value, called name: String, to output: Value, named result: String,
    to nodes: inout ONNXNodes
  ) throws -> String {
    var translation = ONNXNetwork(
      nodes: nodes, names: [input: name],
      parameters: Dictionary(uniqueKeysWithValues: graph.parameters.map { ($0.value, $0.name) }))
    for operation in graph.operations { try translation.add(operation, output, result) }
    nodes = translation.nodes
    return translation.name(output)
  }

  private init(nodes: ONNXNodes, names: [Value: String], parameters: [Value: String]) {
    (self.nodes, self.names, self.parameters) = (nodes, names, parameters)
  }

  private func name(_ value: Value) -> String { names[value] ?? parameters[value] ?? "" }
  private func dilation(_ value: Value) -> Int { dilations[value] ?? 1 }

  private mutating func add(_ operation: Operation, _ output: Value, _ result: String) throws {
    switch operation {
    case .pad(let op): padded[op.y] = (op.x, op.border)
    case .conv(let op): convolve(op)
    case .upConv(let op):
      let stem = stem(op.w)
      names[op.y] = rectified(
        nodes.add(
          "ConvTranspose", [name(op.x), name(op.w), name(op.b)], name: stem,
          [.ints("kernel_shape", [2, 2]), .ints("strides", [2, 2])]), op.relu, stem)
    case .maxPool(let op):
      names[op.y] = nodes.add(
        "MaxPool", [name(op.x)], [.ints("kernel_shape", [2, 2]), .ints("strides", [2, 2])])
    case .maxPoolFragments(let op):
      // Fragments are pixels that lie apart: in one picture, what follows reads with gaps.
      let apart = dilation(op.x)
      names[op.y] = nodes.add(
        "MaxPool", [name(op.x)],
        [.ints("kernel_shape", [2, 2]), .ints("strides", [1, 1]), .ints("dilations", [apart, apart])])
      dilations[op.y] = 2 * apart
    case .softmax(let op):
      names[op.y] = nodes.add(
        "Softmax", [name(op.x)], name: op.y == output ? result : nil, [.int("axis", 1)])
    default: throw ONNXError(operation: operation.name)
    }
  }

  private mutating func convolve(_ op: Convolution) {
    let (stem, side, apart) = (stem(op.w), op.w.shape[0], dilation(op.x))
    let (x, border) = padded[op.x].map { ($0.inner, $0.border) } ?? (op.x, 0)
    var input = name(x)
    if let skip = op.skip {
      input = nodes.add(
        "Concat", [input, centre(of: padded[skip]?.inner ?? skip, like: x)], [.int("axis", 1)])
    }
    var attributes: [Onnx_AttributeProto] = [.ints("kernel_shape", [side, side])]
    if border != 0 { attributes.append(.ints("pads", [border, border, border, border])) }
    if apart != 1 { attributes.append(.ints("dilations", [apart, apart])) }
    let sum = nodes.add("Conv", [input, name(op.w), name(op.b)], name: stem, attributes)
    names[op.y] = rectified(sum, op.relu, stem)
    dilations[op.y] = apart
  }

  /// The part of `skip` in the middle that is as large as `x`.
  private mutating func centre(of skip: Value, like x: Value) -> String {
    let more = (1...2).map { skip.shape[$0] - x.shape[$0] }
    guard more != [0, 0] else { return name(skip) }
    let first = more.map { $0 / 2 }
    return nodes.add(
      "Slice",
      [
        name(skip), nodes.list(first), nodes.list(zip(first, more).map { $0 - $1 }), nodes.list([2, 3]),
      ])
  }

  private mutating func rectified(_ sum: String, _ relu: Bool, _ stem: String) -> String {
    relu ? nodes.add("Relu", [sum], name: "\(stem).relu") : sum
  }

  /// The layer of a filter.
  private func stem(_ filter: Value) -> String {
    let name = name(filter)
    return name.hasSuffix(".weight") ? String(name.dropLast(7)) : name
  }
}

/// A model that cannot be written as ONNX.
package struct ONNXError: Error, CustomStringConvertible {
  /// One line.
  package let description: String

  init(operation: String) { description = "the operation \(operation) has no word in ONNX" }

  init(size bytes: Int) {
    description =
      "its weights have \(bytes) bytes, and a file of ONNX holds less than 2 GiB: train a narrower network"
  }
}
