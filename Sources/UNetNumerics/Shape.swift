/// The extents of a tensor, outermost axis first.
///
/// Activations are `[N, H, W, C]` (channels last), convolution filters `[R, S, C, K]`, up-convolution
/// filters `[2, 2, C, K]`, biases `[K]`, images and label maps on the host `[H, W, C]` and `[H, W]`.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  /// The extent of each axis.
  public let extents: [Int]

  /// A shape with these extents.
  public init(_ extents: [Int]) { self.extents = extents }
  /// A shape with these extents.
  public init(arrayLiteral extents: Int...) { self.extents = extents }

  /// The number of elements.
  public var count: Int { extents.reduce(1, *) }
  /// Whether every extent is positive and the elements can be counted.
  package var isUsable: Bool {
    var (count, overflows) = (1, false)
    for extent in extents where !overflows {
      (count, overflows) = extent > 0 ? count.multipliedReportingOverflow(by: extent) : (0, true)
    }
    return !overflows
  }
  /// The extent of `axis`, counted from the outermost.
  public subscript(axis: Int) -> Int { extents[axis] }
  /// Extents joined by ×, such as `1×572×572×1`.
  public var description: String { extents.map(String.init).joined(separator: "×") }
}

/// A shape that an operation cannot accept.
public struct ShapeError: Error, Equatable, CustomStringConvertible {
  /// The operation or network that refuses.
  package let operation: String
  /// What it was given.
  package let shape: Shape
  /// What is wrong with it, and what would fit.
  package let requirement: String

  /// An error of `operation`, given `shape`.
  package init(operation: String, shape: Shape, requirement: String) {
    (self.operation, self.shape, self.requirement) = (operation, shape, requirement)
  }

  /// One sentence with the remedy.
  public var description: String { "\(operation) got \(shape): \(requirement)" }
}
