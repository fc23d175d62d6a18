/// Numbers on the host with their shape, the last axis contiguous.
public struct Tensor: Equatable, Sendable {
  /// The extents.
  public let shape: Shape
  /// The numbers, `shape.count` of them.
  public var elements: [Float]

  /// A tensor of zeros.
  public init(zeros shape: Shape) { self.init(shape, [Float](repeating: 0, count: shape.count)) }

  /// A tensor of these elements, as many as `shape` counts; another number ends the program with a line that says so.
  public init(_ shape: Shape, _ elements: [Float]) {
    guard elements.count == shape.count else {
      fatalError("Tensor \(shape) needs \(shape.count) elements, got \(elements.count)")
    }
    (self.shape, self.elements) = (shape, elements)
  }
}
