import Foundation
import UNetMessages
import UNetNumerics

/// The nodes of a graph of ONNX, appended one after the other; values are known by their names.
struct ONNXNodes {
  private(set) var graph = Onnx_GraphProto()
  private var count = 0
  private var constants: [[Int64]: String] = [:]

  /// Appends a node and returns the name of its result: `name`, or one that is made of the operator's.
  mutating func add(
    _ operation: String, _ inputs: [String], name: String? = nil, _ attributes: [Onnx_AttributeProto] = []
  ) -> String {
    add(operation, inputs, results: [name ?? fresh(operation)], attributes)[0]
  }

  /// The same for an operator of several results.
  mutating func add(
    _ operation: String, _ inputs: [String], results: [String], _ attributes: [Onnx_AttributeProto] = []
  ) -> [String] {
    var node = Onnx_NodeProto()
    (node.opType, node.input, node.output, node.attribute) = (operation, inputs, results, attributes)
    node.name = results[0]
    graph.node.append(node)
    return results
  }

  /// A name that no other value has.
  mutating func fresh(_ stem: String) -> String {
    count += 1
    return "\(stem.lowercased())_\(count)"
  }

  /// Whole numbers, as a list.
  mutating func list(_ numbers: [Int]) -> String { constant(numbers.map(Int64.init), [numbers.count]) }

  /// A whole number without axes.
  mutating func scalar(_ number: Int) -> String { constant([Int64(number)], []) }

  private mutating func constant(_ numbers: [Int64], _ shape: [Int]) -> String {
    let key = shape.isEmpty ? [.min] + numbers : numbers
    if let name = constants[key] { return name }
    let name = fresh(shape.isEmpty ? "number" : "numbers")
    constants[key] = name
    add(name, shape, .int64, numbers.withUnsafeBytes { Data($0) })
    return name
  }

  /// A number without axes.
  mutating func scalar(_ number: Float) -> String {
    let name = fresh("constant")
    add(name, [], .float, withUnsafeBytes(of: number) { Data($0) })
    return name
  }

  /// A tensor that is part of the model.
  mutating func tensor(_ name: String, _ tensor: Tensor) {
    add(name, tensor.shape.extents, .float, tensor.elements.withUnsafeBytes { Data($0) })
  }

  private mutating func add(
    _ name: String, _ shape: [Int], _ type: Onnx_TensorProto.DataType, _ bytes: Data
  ) {
    var tensor = Onnx_TensorProto()
    (tensor.name, tensor.dims, tensor.rawData) = (name, shape.map(Int64.init), bytes)
    tensor.dataType = Int32(type.rawValue)
    graph.initializer.append(tensor)
  }

  /// What the graph is given or gives: floats of these axes, a number where one is fixed, else its name.
  static func value(_ name: String, _ axes: [String], _ text: String) -> Onnx_ValueInfoProto {
    var value = Onnx_ValueInfoProto()
    (value.name, value.docString) = (name, text)
    value.type.tensorType.elemType = Int32(Onnx_TensorProto.DataType.float.rawValue)
    value.type.tensorType.shape.dim = axes.map { axis in
      var dimension = Onnx_TensorShapeProto.Dimension()
      if let extent = Int64(axis) { dimension.dimValue = extent } else { dimension.dimParam = axis }
      return dimension
    }
    return value
  }

  mutating func end(_ name: String, input: Onnx_ValueInfoProto, output: Onnx_ValueInfoProto) {
    (graph.name, graph.input, graph.output) = (name, [input], [output])
  }
}

extension Onnx_AttributeProto {
  static func ints(_ name: String, _ values: [Int]) -> Self {
    var attribute = Self()
    (attribute.name, attribute.type, attribute.ints) = (name, .ints, values.map(Int64.init))
    return attribute
  }

  static func int(_ name: String, _ value: Int) -> Self {
    var attribute = Self()
    (attribute.name, attribute.type, attribute.i) = (name, .int, Int64(value))
    return attribute
  }
}
