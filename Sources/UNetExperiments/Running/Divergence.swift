/// A training whose loss, weights or predictions are no longer numbers that a network works with.
public struct Divergence: Error, CustomStringConvertible {
  /// One line: what is wrong at which step, the key to change, and the checkpoint that is left.
  public let description: String

  init(_ description: String) { self.description = description }
}
