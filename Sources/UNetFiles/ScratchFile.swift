import Glibc

/// A file without a name for what memory shall not hold; it is gone with its last reference.
package final class ScratchFile {
  private let reader: FileReader

  /// An empty one in the folder of `path`, for which it is needed and which errors name.
  /// - Throws: `FileError`.
  package init(for path: String) throws {
    let (descriptor, hidden) = PartialFile.opened(beside: path)
    guard descriptor >= 0 else { throw FileError(.write, path) }
    if let hidden { unlink(hidden) }
    reader = FileReader(descriptor: descriptor, path: path)
  }

  /// An empty one, of which `size` bytes are zeros until they are written and take no room.
  /// - Throws: `FileError`.
  package convenience init(for path: String, zeros size: Int) throws {
    try self.init(for: path)
    guard ftruncate(reader.descriptor, off_t(size)) == 0 else { throw FileError(.write, path) }
  }

  /// Writes `bytes` at `offset`.
  /// - Throws: `FileError`.
  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
    try FileWriter(descriptor: reader.descriptor, path: reader.path).write(bytes, at: offset)
  }

  /// `count` bytes from `offset` on, all of which have been written.
  /// - Throws: `FileError`.
  package func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    let bytes = try reader.bytes(at: offset, count: count)
    guard bytes.count == count else { throw FileError(.read, reader.path, code: EIO) }
    return bytes
  }
}
