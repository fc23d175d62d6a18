import Foundation

/// What PoCL keeps of the programs that it has compiled: `HH/HASH/program.bc`, and below it a library for each kernel and range.
///
/// PoCL, and the loader of libraries, end the process over a file that a power cut has left short, and PoCL leaves temporary
/// files behind.
enum PoCLPrograms {
  /// Seconds after which a file is no longer being written.
  private static let settled = 60.0

  /// Removes the folders of programs of which a file is short, and forgotten temporary files.
  static func removeDamaged(in folder: String) {
    let old = Date().timeIntervalSince1970 - settled
    for name in names(in: folder) {
      let path = "\(folder)/\(name)"
      if name.hasPrefix("tempfile") {
        if let status = status(of: path), Double(status.st_mtim.tv_sec) < old { unlink(path) }
      } else {
        for program in names(in: path) where isDamaged("\(path)/\(program)", before: old) {
          try? FileManager.default.removeItem(atPath: "\(path)/\(program)")
        }
      }
    }
  }

  /// Whether a file below `folder` that was written before `old` is short.
  private static func isDamaged(_ folder: String, before old: Double) -> Bool {
    names(in: folder).contains { name in
      let path = "\(folder)/\(name)"
      guard let status = status(of: path) else { return false }
      if status.st_mode & S_IFMT == S_IFDIR { return isDamaged(path, before: old) }
      guard Double(status.st_mtim.tv_sec) < old else { return false }
      return name.hasSuffix(".so")
        ? !isWhole(path, Int(status.st_size)) : name == "program.bc" && status.st_size == 0
    }
  }

  /// Whether a library of 64 bits ends no sooner than its table of sections.
  private static func isWhole(_ path: String, _ size: Int) -> Bool {
    guard size >= 64, let file = fopen(path, "rb") else { return false }
    defer { fclose(file) }
    var head = [UInt8](repeating: 0, count: 64)
    guard fread(&head, 1, 64, file) == 64, head.starts(with: [0x7f, 0x45, 0x4c, 0x46]) else { return false }
    func number(at place: Int, bytes: Int) -> Int {
      (0..<bytes).reduce(0) { $0 | Int(truncatingIfNeeded: UInt64(head[place + $1]) << (8 * UInt64($1))) }
    }
    // e_shoff, e_shentsize and e_shnum; the same places in either order of bytes, of which drivers use the little one.
    let (table, each, count) = (number(at: 40, bytes: 8), number(at: 58, bytes: 2), number(at: 60, bytes: 2))
    return table >= 0 && table <= size && each * count <= size - table
  }

  private static func names(in folder: String) -> [String] {
    guard let list = opendir(folder) else { return [] }
    defer { closedir(list) }
    var names: [String] = []
    while let entry = readdir(list) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  private static func status(of path: String) -> stat? {
    var status = stat()
    return lstat(path, &status) == 0 ? status : nil
  }
}
