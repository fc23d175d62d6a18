import UNetGraph
import UNetInterchange
import UNetNumerics
import UNetRuntime

extension Parameters {
  /// Gives every parameter of `graph` its tensor, by name, from the order of files.
  /// - Throws: `ParameterError` where one is missing, superfluous or of another shape, and the errors of where the
  ///   tensors lie.
  package func load(_ weights: NamedTensors, of graph: Graph) throws {
    try weights.check(graph.parameters)
    for parameter in graph.parameters {
      try write(try weights.tensor(parameter.name, for: parameter), to: parameter)
    }
  }
}

extension Parameters {
  /// Gives each parameter of `graph` its tensor where there is one of its shape.
  /// - Returns: what does not fit: first the parameters without a tensor, then the tensors without a parameter.
  /// - Throws: the errors of where the tensors lie.
  package func loadFitting(_ weights: NamedTensors, of graph: Graph) throws -> [ParameterError] {
    var misfits: [ParameterError] = []
    for parameter in graph.parameters {
      do { try write(try weights.tensor(parameter.name, for: parameter), to: parameter) } catch let error
        as ParameterError
      { misfits.append(error) }
    }
    let known = Set(graph.parameters.map(\.name))
    return misfits
      + weights.names.filter { !known.contains($0) }.map { ParameterError(name: $0, problem: .superfluous) }
  }
}

extension NamedTensors {
  /// Checks that there is a tensor for each of `parameters`, of its shape, and no other.  Reads none.
  /// - Throws: `ParameterError`.
  package func check(_ parameters: [Parameter]) throws {
    for parameter in parameters { try check(parameter.name, for: parameter) }
    let known = Set(parameters.map(\.name))
    guard let stranger = names.first(where: { !known.contains($0) }) else { return }
    throw ParameterError(name: stranger, problem: .superfluous)
  }

  /// The tensor called `name`, of the shape of `parameter`, in the device's order.
  /// - Throws: `ParameterError`, and the errors of where it lies.
  package func tensor(_ name: String, for parameter: Parameter) throws -> Tensor {
    try check(name, for: parameter)
    guard let tensor = try self[name] else { throw ParameterError(name: name, problem: .missing) }
    return parameter.deviceOrder(tensor)
  }

  private func check(_ name: String, for parameter: Parameter) throws {
    guard let shape = shape(of: name) else { throw ParameterError(name: name, problem: .missing) }
    guard shape == parameter.fileShape else {
      throw ParameterError(name: name, problem: .shape(shape, needed: parameter.fileShape))
    }
  }
}

/// A tensor that does not fit the network it is loaded into.
public struct ParameterError: Error, CustomStringConvertible {
  /// What may be wrong with a tensor.
  package enum Problem {
    case missing, superfluous
    case shape(Shape, needed: Shape)
  }
  /// The parameter's name.
  package let name: String
  /// What is wrong with it.
  package let problem: Problem
  /// Whether the network has no such parameter.
  package var isSuperfluous: Bool { if case .superfluous = problem { true } else { false } }
  /// The name, with both shapes where they differ.
  package var brief: String {
    guard case .shape(let shape, let needed) = problem else { return name }
    return "\(name) (\(shape), the network needs \(needed))"
  }
  /// One sentence with the remedy.
  public var description: String {
    let words =
      switch problem {
      case .missing: "is missing"
      case .superfluous: "is not a parameter of this network"
      case .shape(let shape, let needed): "has shape \(shape), the network needs \(needed)"
      }
    return
      "parameter '\(name)' \(words): give a model of the same variant, levels, width, channels and classes"
  }
}
