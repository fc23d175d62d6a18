import Glibc

/// A file without a name for what memory shall not hold; it is gone with its last reference.
package final class ScratchFile {
  private let descriptor: Int32
  private let path: String

  /// An empty one in the folder of `path`, for which it is needed and which errors name.
  /// - Throws: `FileError`.
  package init(for path: String) throws {
    self.path = path
    let hidden = PartialFile.hiddenName(beside: path)
    descriptor = open(hidden, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FileError(.write, path) }
    unlink(hidden)
  }

  deinit { close(descriptor) }

  /// Writes `bytes` at `offset`.
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

  /// `count` bytes from `offset` on, all of which have been written.
  /// - Throws: `FileError`.
  package func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
      while filled < count {
        let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(bytes)[filled...])
        let got = pread(descriptor, rest.baseAddress, min(rest.count, 1 << 30), off_t(offset + filled))
        guard got > 0 || (got < 0 && errno == EINTR) else { throw FileError(.read, path) }
        filled += max(got, 0)
      }
    }
  }
}
