/// Work that was asked to end.
package struct Interrupted: Error, CustomStringConvertible {
  /// One line: where it stopped, and how to go on.
  package let description: String

  /// An interruption in these words.
  package init(_ description: String) { self.description = description }

  /// A run that left its state in `folder` after `step` steps.
  package init(step: Int, folder: String) {
    self.init("interrupted after step \(step); \(folder) holds its state: go on from there")
  }
}
