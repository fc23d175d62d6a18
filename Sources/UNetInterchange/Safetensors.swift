import UNetGraph

/// Named Float32 tensors with a few words about them, in the `safetensors` format that PyTorch loads.
///
/// The file: eight bytes with the length of the header (little-endian), the header in JSON padded with spaces
/// to a multiple of eight, then the tensors' bytes without a gap.
public struct Safetensors: Equatable, Sendable {
  /// Strings about the tensors, the header's `__metadata__`.
  public var metadata: [String: String]
  /// The tensors by name, with their shapes as in the file.
  public var tensors: [String: Tensor]

  /// These tensors, with this metadata.
  public init(metadata: [String: String] = [:], tensors: [String: Tensor] = [:]) {
    (self.metadata, self.tensors) = (metadata, tensors)
  }

  /// Reads a whole file.  Its header is checked against the file's size before anything is allocated.
  ///
  /// - Throws: `FileError`, `SafetensorsError`.
  public static func read(_ path: String) throws -> Safetensors {
    let file = try FileReader(path)
    let header = try SafetensorsHeader(file, path: path)
    var tensors: [String: Tensor] = [:]
    for (name, entry) in header.entries {
      let elements = try [Float](unsafeUninitializedCapacity: entry.shape.count) { buffer, filled in
        let bytes = UnsafeMutableRawBufferPointer(buffer)[..<entry.byteCount]
        let got = try file.read(
          into: UnsafeMutableRawBufferPointer(rebasing: bytes), at: header.dataOffset + entry.begin)
        guard got == entry.byteCount else {
          throw SafetensorsError(path, .truncated(missing: entry.byteCount - got))
        }
        filled = entry.shape.count
      }
      tensors[name] = Tensor(entry.shape, elements)
    }
    return Safetensors(metadata: header.metadata, tensors: tensors)
  }

  /// Writes the file, whole or not at all, with the tensors in the order of their names.
  ///
  /// - Throws: `FileError`.
  public func write(to path: String) throws {
    let names = sortedNames
    let header = SafetensorsHeader.text(
      metadata: metadata, shapes: names.map { ($0, tensors[$0]?.shape ?? []) })
    try AtomicFile.write(to: path) { file in
      try withUnsafeBytes(of: UInt64(header.count).littleEndian) { try file.write($0) }
      try file.write(header)
      for name in names { try file.write(tensors[name]?.elements ?? []) }
    }
  }

  /// The SHA-256 of the tensors: in the order of their names, each name, its rank and extents (eight bytes
  /// each, little-endian), and its elements' bytes.  The metadata do not enter.
  public var digest: String {
    let digest = SHA256()
    for name in sortedNames {
      guard let tensor = tensors[name] else { continue }
      digest.update(Array(name.utf8) + [0])
      let extents = ([tensor.shape.extents.count] + tensor.shape.extents).map { Int64($0).littleEndian }
      extents.withUnsafeBytes { digest.update($0) }
      tensor.elements.withUnsafeBytes { digest.update($0) }
    }
    return digest.finish()
  }

  /// Names in the order of their UTF-8 bytes, the same in every locale.
  private var sortedNames: [String] {
    tensors.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
