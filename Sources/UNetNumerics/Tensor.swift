/// Numbers on the host with their shape, the last axis contiguous.
public struct Tensor: Equatable, Sendable {
  /// The extents.
  public let shape: Shape
  /// The numbers, `shape.count` of them.
  public package(set) var elements: [Float]

  /// A tensor of these elements, the last axis running fastest.
  /// - Throws: `ShapeError` where `shape` counts another number of elements, or an extent is not positive.
  public init(shape: Shape, elements: [Float]) throws(ShapeError) {
    guard shape.isUsable, elements.count == shape.count else {
      let needed = shape.isUsable ? "it needs \(shape.count) elements" : "every extent must be positive"
      throw ShapeError(operation: "a tensor of \(elements.count) elements", shape: shape, requirement: needed)
    }
    self.init(shape, elements)
  }

  /// A tensor of zeros.
  package init(zeros shape: Shape) { self.init(shape, [Float](repeating: 0, count: shape.count)) }

  /// A tensor of these elements, which are as many as `shape` counts.
  package init(_ shape: Shape, _ elements: [Float]) {
    precondition(elements.count == shape.count, "\(elements.count) elements for \(shape)")
    (self.shape, self.elements) = (shape, elements)
  }
}
