import UNetFiles
import UNetNumerics

/// Files of named tensors with a few words about them, the `safetensors` format that PyTorch loads; they are written by
/// `NamedTensors.write` as Float32, and those of other floats are read as such.
///
/// The file: eight bytes with the length of the header (little-endian), the header in JSON padded with spaces
/// to a multiple of eight, then the tensors' bytes without a gap.
package enum Safetensors {
  /// Opens a file, whose tensors are read when they are asked for.  Its header is checked against the file's size, and all
  /// of it against the `Seal` that it may have.
  ///
  /// - Throws: `FileError`, `SafetensorsError`; and so does reading a tensor.
  package static func open(_ path: String) throws -> (metadata: [String: String], tensors: NamedTensors) {
    let file = try FileReader(path)
    let header = try SafetensorsHeader(file, path: path)
    var tensors = NamedTensors()
    for (name, entry) in header.entries {
      tensors.add(name, entry.shape) { take in
        try take(try read(name, entry, of: file, from: header.dataOffset, path: path))
      }
    }
    guard !header.metadata.keys.contains(where: Seal.isDamaged) else {
      throw SafetensorsError(path, .altered)
    }
    if let told = header.metadata[Seal.key] {
      let seal = Seal.begun(header.metadata)
      try tensors.digest(into: seal)
      guard seal.finish() == told else { throw SafetensorsError(path, .altered) }
    }
    return (header.metadata, tensors)
  }

  /// The metadata of a file, of which nothing else is read.
  /// - Throws: `FileError`, `SafetensorsError`.
  package static func metadata(_ path: String) throws -> [String: String] {
    try SafetensorsHeader(FileReader(path), path: path).metadata
  }

  private static func read(
    _ name: String, _ entry: SafetensorsHeader.Entry, of file: FileReader, from offset: Int, path: String
  ) throws -> [Float] {
    // The empty array is one for all threads, and such an initialiser writes to it.
    guard let type = entry.type else { throw SafetensorsError(path, .type(tensor: name, entry.typeName)) }
    guard entry.shape.count > 0 else { return [] }
    guard type == .single else { return try converted(entry, type, of: file, from: offset, path: path) }
    return try [Float](unsafeUninitializedCapacity: entry.shape.count) { buffer, filled in
      let bytes = UnsafeMutableRawBufferPointer(buffer)[..<entry.byteCount]
      let got = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes), at: offset + entry.begin)
      guard got == entry.byteCount else {
        throw SafetensorsError(path, .truncated(missing: entry.byteCount - got))
      }
      filled = entry.shape.count
    }
  }

  /// Elements of another type as Float32: half and brain floats exactly, doubles rounded.
  private static func converted(
    _ entry: SafetensorsHeader.Entry, _ type: SafetensorsHeader.ElementType, of file: FileReader,
    from offset: Int,
    path: String
  ) throws -> [Float] {
    let bytes = try file.bytes(at: offset + entry.begin, count: entry.byteCount)
    guard bytes.count == entry.byteCount else {
      throw SafetensorsError(path, .truncated(missing: entry.byteCount - bytes.count))
    }
    let width = entry.byteCount / entry.shape.count
    return bytes.withUnsafeBytes { bytes in
      (0..<entry.shape.count).map { at in
        func bits<Bits: FixedWidthInteger>(_: Bits.Type) -> Bits {
          Bits(littleEndian: bytes.loadUnaligned(fromByteOffset: at * width, as: Bits.self))
        }
        switch type {
        case .half: return Float(Float16(bitPattern: bits(UInt16.self)))
        case .brain: return Float(bitPattern: UInt32(bits(UInt16.self)) << 16)
        case .single: return Float(bitPattern: bits(UInt32.self))
        case .double: return Float(Double(bitPattern: bits(UInt64.self)))
        }
      }
    }
  }
}
