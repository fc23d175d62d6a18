import UNetInterchange
import UNetNumerics

/// A whole `safetensors` file in memory, to be changed and written again.
package struct SafetensorsFile: Equatable, Sendable {
  /// Strings about the tensors.
  package var metadata: [String: String]
  /// The tensors by name, with their shapes as in the file.
  package var tensors: [String: Tensor]

  package init(metadata: [String: String] = [:], tensors: [String: Tensor] = [:]) {
    (self.metadata, self.tensors) = (metadata, tensors)
  }

  package static func read(_ path: String) throws -> SafetensorsFile {
    let (metadata, tensors) = try Safetensors.open(path)
    return SafetensorsFile(metadata: metadata, tensors: try tensors.all())
  }

  /// Writes it, with a new digest where it had one.
  package func write(to path: String) throws {
    try NamedTensors(tensors).write(to: path, metadata: metadata, sealed: metadata[Seal.key] != nil)
  }
}

extension NamedTensors {
  /// The tensors of a dictionary.
  package init(_ tensors: [String: Tensor]) {
    self.init()
    for (name, tensor) in tensors { add(name, tensor.shape) { take in try take(tensor.elements) } }
  }

  /// All of them at once.
  package func all() throws -> [String: Tensor] {
    let pairs = try names.map { ($0, try self[$0]) }
    return Dictionary(uniqueKeysWithValues: pairs).compactMapValues { $0 }
  }
}
