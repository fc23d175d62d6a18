import Foundation
import UNetFiles

/// Where `unet tune` writes: the user's file for the device, or another.  A file that is there is kept unless it may be
/// replaced.
package struct TuningDestination: Sendable {
  /// The file.
  package let path: String
  private let overwrite: Bool

  /// `output`, or the user's file for `target`; `overwrite` allows to replace it.
  package init(output: String?, overwrite: Bool, for target: TuningTarget) {
    (path, self.overwrite) = (output ?? target.userFile(), overwrite)
  }

  /// Makes sure, before anything is measured, that a file can be written: the folder is there.
  /// - Throws: `TuningExists`, `FileError`.
  package func prepare(makingFolder: Bool) throws {
    try refuseToReplace()
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    if makingFolder {
      try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    guard FileManager.default.fileExists(atPath: folder) else {
      throw FileError(.write, path, code: makingFolder ? EACCES : ENOENT)
    }
    guard FileManager.default.isWritableFile(atPath: folder) else {
      throw FileError(.write, path, code: EACCES)
    }
  }

  /// Writes `text`, whole or not at all.
  /// - Throws: `TuningExists` where a file has appeared meanwhile, `FileError`.
  package func write(_ text: String) throws {
    try refuseToReplace()
    try AtomicFile.write(text, to: path)
  }

  private func refuseToReplace() throws {
    guard overwrite || !FileManager.default.fileExists(atPath: path) else { throw TuningExists(path: path) }
  }
}

/// A tuning that would be replaced.
package struct TuningExists: Error, CustomStringConvertible {
  /// The file.
  package let path: String
  /// One sentence with the remedy.
  package var description: String {
    "\(path) is there already: give --overwrite to replace it, or --output for another file"
  }
}
