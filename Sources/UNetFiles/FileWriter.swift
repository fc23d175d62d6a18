import Glibc

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
