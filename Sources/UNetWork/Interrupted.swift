/// Work that was asked to end, and left nothing half done.
public struct Interrupted: Error, CustomStringConvertible {
  /// One line: where it stopped.
  public let description: String

  /// An interruption in these words.
  package init(_ description: String) { self.description = description }
}
