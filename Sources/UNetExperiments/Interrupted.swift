/// Work that was asked to end.
public struct Interrupted: Error, CustomStringConvertible {
  /// One line: where it stopped, and how to go on.
  public let description: String

  /// An interruption in these words.
  public init(_ description: String) { self.description = description }

  /// A run that left its state in `folder` after `step` steps.
  public init(step: Int, folder: String) {
    self.init("interrupted after step \(step); \(folder) holds its state: go on with --resume")
  }
}
