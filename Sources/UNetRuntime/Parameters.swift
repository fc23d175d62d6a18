import UNetGraph
import UNetNumerics

/// A network's filters and biases on a backend, by name: one copy for every session that uses them.
public final class Parameters<B: Backend> {
  private let backend: B
  private var buffers: [String: B.Buffer] = [:]

  /// None yet; each is made when a session first asks for it.
  public init(on backend: B) { self.backend = backend }

  /// Whether `parameter` has its buffer.
  func hold(_ parameter: Parameter) -> Bool { buffers[parameter.name] != nil }

  /// The buffer of `parameter`, made on first use.
  func buffer(for parameter: Parameter) throws -> B.Buffer {
    if let buffer = buffers[parameter.name] { return buffer }
    let buffer = try backend.makeBuffer(count: parameter.value.shape.count)
    buffers[parameter.name] = buffer
    return buffer
  }

  /// Gives `parameter` these elements, in the device's order.
  package func write(_ tensor: Tensor, to parameter: Parameter) throws {
    precondition(tensor.shape == parameter.value.shape, "\(tensor.shape) written to \(parameter.name)")
    try backend.write(tensor.elements, to: try buffer(for: parameter))
  }

  /// `count` elements of `parameter` from `offset` on, in the device's order.
  package func read(_ parameter: Parameter, from offset: Int, count: Int) throws -> [Float] {
    try backend.read(try buffer(for: parameter), from: offset, count: count)
  }
}
