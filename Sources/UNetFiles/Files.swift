import Foundation

/// What is there, and folders.
package enum Files {
  /// Whether a file or folder is at `path`.
  package static func exists(_ path: String) -> Bool { mode(path) != nil }

  /// Whether `path` leads to a folder.
  package static func isFolder(_ path: String) -> Bool { mode(path) == S_IFDIR }

  /// Makes the folder `path` and those that it lies in, where they are missing.
  /// - Throws: `FileError`.
  package static func makeFolder(_ path: String) throws {
    func make(_ folder: String) throws {
      if isFolder(folder) { return }
      let outer = Path.folder(of: folder)
      if outer != folder { try make(outer) }
      guard mkdir(folder, 0o777) == 0 || errno == EEXIST && isFolder(folder) else {
        throw FileError(.make, path, code: errno == EEXIST ? ENOTDIR : errno)
      }
    }
    try make(path)
  }

  /// The names in `folder`, in no order.
  /// - Throws: `FileError`.
  package static func names(in folder: String) throws -> [String] {
    guard let stream = opendir(folder) else { throw FileError(.read, folder) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// What is there of the names that the glob `pattern` means, such as `frames/*.tif`, in no order.
  package static func matching(_ pattern: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, GLOB_NOSORT, nil, &found) == 0 else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
  }

  /// Removes what is at `path`, a folder with all that it holds, if anything is.
  package static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

  private static func mode(_ path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }
}
