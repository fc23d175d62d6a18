/// Numbers on the host with their shape, the last axis contiguous.
package struct Tensor: Equatable, Sendable {
  /// The extents.
  package let shape: Shape
  /// The numbers, `shape.count` of them.
  package var elements: [Float]

  /// A tensor of zeros.
  package init(zeros shape: Shape) { self.init(shape, [Float](repeating: 0, count: shape.count)) }

  /// A tensor of these elements, as many as `shape` counts.
  package init(_ shape: Shape, _ elements: [Float]) {
    precondition(elements.count == shape.count, "\(elements.count) elements for \(shape)")
    (self.shape, self.elements) = (shape, elements)
  }
}
