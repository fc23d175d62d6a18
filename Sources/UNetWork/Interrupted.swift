/// Work that was asked to end, and left nothing half done.
public struct Interrupted: Error, CustomStringConvertible {
  /// One line: where it stopped.
  public let description: String

  /// Whether it left something to go on from.
  package let canGoOn: Bool

  /// An interruption in these words.
  package init(_ description: String = "interrupted", canGoOn: Bool = true) {
    (self.description, self.canGoOn) = (description, canGoOn)
  }
}
