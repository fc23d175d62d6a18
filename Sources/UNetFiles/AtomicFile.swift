import Glibc

/// Files that appear whole or not at all: a reader never sees half a file, and a failed write keeps the old one.
package enum AtomicFile {
  /// Writes `path` by way of a `PartialFile`, which is flushed to the disk before it takes that name.
  ///
  /// A link is followed, so that it stays and the file that it leads to is replaced, or made.  On any failure, the
  /// caller's included, nothing stays of what was written.  Where it may not replace a file, one that is there stays.
  /// - Throws: `FileError`, `OutputError`, or what `body` throws.
  package static func write(to path: String, replacing: Bool = true, _ body: (FileWriter) throws -> Void)
    throws
  {
    let file = try PartialFile(path, replaces: replacing)
    do { try body(file.writer) } catch {
      file.discard()
      throw error
    }
    try file.commit()
  }

  /// Writes `text` in UTF-8 as the whole of `path`.
  /// - Throws: `FileError`, `OutputError`.
  package static func write(_ text: String, to path: String, replacing: Bool = true) throws {
    try write(to: path, replacing: replacing) { try $0.write(text) }
  }

  /// Makes sure, before there is anything to write, that `path` may be written: its folder is there and open to us.
  /// - Throws: `FileError`.
  package static func check(_ path: String) throws {
    let folder = Path.folder(of: try destination(of: path))
    var status = stat()
    guard access(folder, W_OK | X_OK) == 0, stat(folder, &status) == 0 else { throw FileError(.write, path) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw FileError(.write, path, code: ENOTDIR) }
  }

  /// The file that `path` leads to; refuses what a rename would destroy (folders, devices, pipes).
  static func destination(of path: String) throws -> String {
    guard !path.endsEarly else { throw FileError(.write, path, code: EINVAL) }
    guard !path.isInOtherLetters else { throw FileError(.write, path, code: EILSEQ) }
    let target = Path.followed(path)
    var status = stat()
    guard stat(target, &status) == 0 else {
      guard errno == ENOENT else { throw FileError(.write, path) }
      return target
    }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw FileError(.write, path, code: EISDIR) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw FileError(.write, path, code: EEXIST) }
    return target
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

  /// Writes all of `bytes`, in pieces that the system takes at once.
  /// - Throws: `FileError`.
  package func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let block = UnsafeRawBufferPointer(rebasing: rest)
      let written = Glibc.write(descriptor, block.baseAddress, min(block.count, 1 << 30))
      guard written >= 0 || errno == EINTR else { throw FileError(.write, path) }
      rest = rest.dropFirst(max(written, 0))
    }
  }

  /// Writes all of `bytes` at `offset`, whatever was written there.
  /// - Throws: `FileError`.
  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
    var done = 0
    while done < bytes.count {
      let block = UnsafeRawBufferPointer(rebasing: bytes[done...])
      let written = pwrite(descriptor, block.baseAddress, min(block.count, 1 << 30), off_t(offset + done))
      guard written >= 0 || errno == EINTR else { throw FileError(.write, path) }
      done += max(written, 0)
    }
  }

  /// Writes all of `bytes`.
  /// - Throws: `FileError`.
  package func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }

  /// Writes `text` in UTF-8.
  /// - Throws: `FileError`.
  package func write(_ text: String) throws { try write(Array(text.utf8)) }

  /// Writes Float32 numbers as they stand in memory.
  /// - Throws: `FileError`.
  package func write(_ numbers: [Float]) throws { try numbers.withUnsafeBytes { try write($0) } }
}
