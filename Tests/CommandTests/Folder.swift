import Foundation
import UNetImages

/// A folder of a test's own, removed after it.
final class Folder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("unet-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file in it.
  func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a text and gives its path.
  @discardableResult
  func write(_ text: String, _ name: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: self(name)))
    return self(name)
  }

  /// Writes pages and gives the path.
  @discardableResult
  func write(_ pages: [Image], _ name: String) throws -> String {
    try ImageFile.write(pages, to: self(name))
    return self(name)
  }

  /// What a file holds.
  func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: self(name))) }

  /// What a text file holds.
  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  /// An open, empty file.
  func handle(_ name: String) throws -> FileHandle {
    try write("", name)
    return try FileHandle(forWritingTo: URL(fileURLWithPath: self(name)))
  }

  /// Every file below it, by its path in the folder, hidden ones included.
  var files: [String] {
    (FileManager.default.enumerator(atPath: path)?.allObjects as? [String] ?? []).filter { name in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: self(name), isDirectory: &isFolder) && !isFolder.boolValue
    }.sorted()
  }

  /// Files that a broken write left behind.
  var halfWritten: [String] { files.filter { $0.hasSuffix(".part") || $0.hasSuffix(".partial") } }
}
