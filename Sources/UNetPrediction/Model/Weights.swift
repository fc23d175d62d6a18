import UNetGraph
import UNetInterchange
import UNetNumerics
import UNetRuntime

extension Parameters {
  /// Gives every parameter of `graph` its tensor, by name, from the order of files.
  /// - Throws: `ParameterError` where one is missing, superfluous or of another shape, and the errors of where the
  ///   tensors lie.
  package func load(_ weights: NamedTensors, of graph: Graph) throws {
    let known = Set(graph.parameters.map(\.name))
    if let stranger = weights.names.first(where: { !known.contains($0) }) {
      throw ParameterError(name: stranger, problem: "is not a parameter of this network")
    }
    for parameter in graph.parameters {
      try write(try weights.tensor(parameter.name, for: parameter), to: parameter)
    }
  }
}

extension NamedTensors {
  /// The tensor called `name`, of the shape of `parameter`, in the device's order.
  package func tensor(_ name: String, for parameter: Parameter) throws -> Tensor {
    guard let tensor = try self[name] else { throw ParameterError(name: name, problem: "is missing") }
    guard tensor.shape == parameter.fileShape else {
      throw ParameterError(
        name: name, problem: "has shape \(tensor.shape), the network needs \(parameter.fileShape)")
    }
    return parameter.deviceOrder(tensor)
  }
}

/// A tensor that does not fit the network it is loaded into.
package struct ParameterError: Error, CustomStringConvertible {
  /// The parameter's name.
  package let name: String
  /// What is wrong with it.
  package let problem: String
  /// One sentence with the remedy.
  package var description: String {
    "parameter '\(name)' \(problem): give a model of the same variant, levels, width, channels and classes"
  }
}
