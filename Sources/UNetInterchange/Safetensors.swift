import UNetFiles
import UNetNumerics

/// Named Float32 tensors with a few words about them, in the `safetensors` format that PyTorch loads.
///
/// The file: eight bytes with the length of the header (little-endian), the header in JSON padded with spaces
/// to a multiple of eight, then the tensors' bytes without a gap.
package struct Safetensors: Equatable, Sendable {
  /// Strings about the tensors, the header's `__metadata__`.
  package var metadata: [String: String]
  /// The tensors by name, with their shapes as in the file.
  package var tensors: [String: Tensor]

  /// These tensors, with this metadata.
  package init(metadata: [String: String] = [:], tensors: [String: Tensor] = [:]) {
    (self.metadata, self.tensors) = (metadata, tensors)
  }

  /// Opens a file, whose tensors are read when they are asked for.  Its header is checked against the file's size.
  ///
  /// - Throws: `FileError`, `SafetensorsError`; and so does reading a tensor.
  package static func open(_ path: String) throws -> (metadata: [String: String], tensors: NamedTensors) {
    let file = try FileReader(path)
    let header = try SafetensorsHeader(file, path: path)
    var tensors = NamedTensors()
    for (name, entry) in header.entries {
      tensors.add(name, entry.shape) { take in
        try take(try read(entry, of: file, from: header.dataOffset, path: path))
      }
    }
    return (header.metadata, tensors)
  }

  /// Reads a whole file.
  ///
  /// - Throws: `FileError`, `SafetensorsError`.
  package static func read(_ path: String) throws -> Safetensors {
    let (metadata, tensors) = try open(path)
    return Safetensors(metadata: metadata, tensors: try tensors.all())
  }

  /// Writes the file, whole or not at all, with the tensors in the order of their names.
  ///
  /// - Throws: `FileError`.
  package func write(to path: String) throws { try NamedTensors(tensors).write(to: path, metadata: metadata) }

  private static func read(
    _ entry: SafetensorsHeader.Entry, of file: FileReader, from offset: Int, path: String
  ) throws -> [Float] {
    try [Float](unsafeUninitializedCapacity: entry.shape.count) { buffer, filled in
      let bytes = UnsafeMutableRawBufferPointer(buffer)[..<entry.byteCount]
      let got = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes), at: offset + entry.begin)
      guard got == entry.byteCount else {
        throw SafetensorsError(path, .truncated(missing: entry.byteCount - got))
      }
      filled = entry.shape.count
    }
  }
}
