#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Files that appear whole or not at all: a reader never sees half a file, and a failed write keeps the old one.
package enum AtomicFile {
  /// Writes `path` by way of a temporary file in the same folder, which is flushed to the disk and renamed.
  ///
  /// A link is followed, so the file it points to is replaced.  On any failure, the caller's included, the
  /// temporary file is removed.
  ///
  /// - Throws: `FileError`, or what `body` throws.
  package static func write(to path: String, _ body: (FileWriter) throws -> Void) throws {
    let target = try destination(of: path)
    let temporary = temporaryName(beside: target)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(.write, path) }
    var isOpen = true
    do {
      try body(FileWriter(descriptor: descriptor, path: path))
      guard fsync(descriptor) == 0 else { throw FileError(.write, path) }
      isOpen = false
      guard close(descriptor) == 0 else { throw FileError(.write, path) }
      guard rename(temporary, target) == 0 else { throw FileError(.write, path) }
    } catch {
      if isOpen { close(descriptor) }
      unlink(temporary)
      throw error
    }
    flushFolder(of: target)
  }

  /// Writes `text` in UTF-8 as the whole of `path`.
  ///
  /// - Throws: `FileError`.
  package static func write(_ text: String, to path: String) throws {
    try write(to: path) { try $0.write(text) }
  }

  /// The file that `path` leads to; refuses what a rename would destroy (folders, devices, pipes).
  private static func destination(of path: String) throws -> String {
    var status = stat()
    guard stat(path, &status) == 0 else {
      guard errno == ENOENT else { throw FileError(.write, path) }
      return path
    }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw FileError(.write, path, code: EISDIR) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw FileError(.write, path, code: EEXIST) }
    guard let resolved = realpath(path, nil) else { throw FileError(.write, path) }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// A hidden name in the folder of `target` that no other process or thread uses.
  private static func temporaryName(beside target: String) -> String {
    let parts = target.split(separator: "/", omittingEmptySubsequences: false)
    let suffix = String(UInt64.random(in: 0...UInt64.max), radix: 36)
    // Names are at most 255 bytes long; the suffix alone tells two writers apart.
    let name = ".\((parts.last ?? "").prefix(40)).\(suffix).partial"
    return (parts.dropLast().map(String.init) + [name]).joined(separator: "/")
  }

  /// Makes the rename itself last through a power failure, on the file systems that can.
  private static func flushFolder(of target: String) {
    let folder = target.lastIndex(of: "/").map { String(target[...$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    close(descriptor)
  }
}

/// Writes bytes to an open file and checks that every one arrived.
package struct FileWriter {
  private let descriptor: Int32
  private let path: String

  /// A writer to an open descriptor, which stays the caller's to close; errors name `path`.
  package init(descriptor: Int32, path: String) {
    (self.descriptor, self.path) = (descriptor, path)
  }

  /// Writes all of `bytes`.
  ///
  /// - Throws: `FileError`.
  package func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let block = UnsafeRawBufferPointer(rebasing: rest)
      #if canImport(Darwin)
        let written = Darwin.write(descriptor, block.baseAddress, min(block.count, 1 << 30))
      #elseif canImport(Glibc)
        let written = Glibc.write(descriptor, block.baseAddress, min(block.count, 1 << 30))
      #else
        let written = Musl.write(descriptor, block.baseAddress, min(block.count, 1 << 30))
      #endif
      guard written >= 0 || errno == EINTR else { throw FileError(.write, path) }
      rest = rest.dropFirst(max(written, 0))
    }
  }

  /// Writes all of `bytes`.
  ///
  /// - Throws: `FileError`.
  package func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }

  /// Writes `text` in UTF-8.
  ///
  /// - Throws: `FileError`.
  package func write(_ text: String) throws { try write(Array(text.utf8)) }

  /// Writes Float32 numbers as they stand in memory.
  ///
  /// - Throws: `FileError`.
  package func write(_ numbers: [Float]) throws { try numbers.withUnsafeBytes { try write($0) } }
}
