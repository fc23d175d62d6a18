import UNetFiles

/// Where `unet tune` writes: the user's file for the device, or another.  A file that is there is kept unless it may be
/// replaced.
package struct TuningDestination: Sendable {
  /// The file.
  package let path: String
  private let overwrite: Bool

  /// A file that may be replaced where `overwrite` says so.
  package init(_ path: String, overwrite: Bool) { (self.path, self.overwrite) = (path, overwrite) }

  /// Makes sure, before anything is measured, that a file can be written: the folder is there.
  /// - Throws: `TuningExists`, `FileError`.
  package func prepare(makingFolder: Bool) throws {
    try refuseToReplace()
    if makingFolder { try Files.makeFolder(Path.folder(of: path)) }
    try AtomicFile.check(path)
  }

  /// Writes `text`, whole or not at all.
  /// - Throws: `TuningExists` where a file has appeared meanwhile, `FileError`.
  package func write(_ text: String) throws {
    try refuseToReplace()
    try AtomicFile.write(text, to: path)
  }

  private func refuseToReplace() throws {
    guard overwrite || !Files.exists(path) else { throw TuningExists(path: path) }
  }
}

/// A tuning that would be replaced.
package struct TuningExists: MendedByChoice, CustomStringConvertible {
  /// The file.
  package let path: String
  /// One sentence with the remedy.
  package var description: String { "\(path) is there already: replace it or choose another file" }
  /// Both.
  package var choices: [String] { ["overwrite", "output"] }
}
