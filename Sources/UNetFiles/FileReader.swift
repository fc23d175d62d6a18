import Glibc

/// An open regular file of known size, read in place.
package final class FileReader {
  /// The size in bytes when the file was opened.
  package let size: Int
  /// The path that was opened.
  package let path: String
  /// For libraries that read by themselves; it is closed with the reader.
  package let descriptor: Int32

  /// Opens `path`, which must be a regular file.
  /// - Throws: `FileError`, as reading does.
  package init(_ path: String) throws {
    self.path = path
    guard !path.endsEarly else { throw FileError(.read, path, code: ENOENT) }
    // A pipe without a writer would block without O_NONBLOCK; on regular files the flag means nothing.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError(.read, path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let error = FileError(.read, path)
      close(descriptor)
      throw error
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw FileError(.read, path, code: status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL)
    }
    size = Int(status.st_size)
  }

  /// Reads from an open file, which is the reader's own to close and may grow; errors name `path`.
  init(descriptor: Int32, path: String) { (self.descriptor, self.path, size) = (descriptor, path, 0) }

  deinit { close(descriptor) }

  /// Fills `bytes` from `offset` on; gives how many the file had.
  package func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
    var count = 0
    while count < bytes.count {
      let block = UnsafeMutableRawBufferPointer(rebasing: bytes[count...])
      let got = pread(descriptor, block.baseAddress, min(block.count, 1 << 30), off_t(offset + count))
      guard got >= 0 || errno == EINTR else { throw FileError(.read, path) }
      if got == 0 { break }
      count += max(got, 0)
    }
    return count
  }

  /// The bytes from `offset` on, `count` of them or as many as the file has.
  package func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    // The empty array is one for all threads, and such an initialiser writes to it.
    guard count > 0 else { return [] }
    return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
    }
  }

  /// All bytes of the file at `path`.
  /// - Throws: `FileError`.
  package static func bytes(of path: String) throws -> [UInt8] {
    let file = try FileReader(path)
    return try file.bytes(at: 0, count: file.size)
  }
}
