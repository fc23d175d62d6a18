import CChunkLibraries

/// How the bytes of a chunk are stored.
enum ZarrCodec: Equatable {
  case blosc, zstd
  /// zlib's format or gzip's.
  case deflate
  /// CRC-32C after the bytes.
  case checksum

  /// - Throws: `PageError` where nothing here knows it.
  init(named name: String) throws {
    switch name {
    case "blosc", "numcodecs.blosc": self = .blosc
    case "zstd", "numcodecs.zstd": self = .zstd
    case "gzip", "zlib", "numcodecs.gzip", "numcodecs.zlib": self = .deflate
    case "crc32c": self = .checksum
    default:
      throw PageError(
        problem: "is compressed by \(name), which is not supported: save it with blosc, zstd, gzip or zlib")
    }
  }

  /// The bytes that `bytes` stand for, at most `limit` of them; of a checksum those before it.
  /// - Throws: `PageError` where they are not what was stored.
  func decoded(_ bytes: [UInt8], limit: Int) throws -> [UInt8] {
    if self == .checksum { return try Self.checked(bytes) }
    try requireMemory(limit)
    return [UInt8](unsafeUninitializedCapacity: limit) { target, filled in
      bytes.withUnsafeBytes { source in
        filled = Self.decode(self, source, UnsafeMutableRawBufferPointer(target))
      }
    }
  }

  /// How many bytes were decoded; 0 where they are damaged, or are more than there is room for.
  private static func decode(
    _ codec: ZarrCodec, _ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer
  ) -> Int {
    guard let from = source.baseAddress, let to = target.baseAddress else { return 0 }
    switch codec {
    case .blosc:
      var size = 0
      guard blosc_cbuffer_validate(from, source.count, &size) == 0, size <= target.count else { return 0 }
      return max(0, Int(blosc_decompress_ctx(from, to, target.count, 1)))
    case .zstd:
      let count = ZSTD_decompress(to, target.count, from, source.count)
      return ZSTD_isError(count) == 0 ? count : 0
    case .deflate: return inflated(source, from, target, to)
    case .checksum: return 0
    }
  }

  private static func inflated(
    _ source: UnsafeRawBufferPointer, _ from: UnsafeRawPointer, _ target: UnsafeMutableRawBufferPointer,
    _ to: UnsafeMutableRawPointer
  ) -> Int {
    var stream = z_stream()
    // 15 bits of window, and either format by its header.
    guard inflateInit2_(&stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      return 0
    }
    defer { inflateEnd(&stream) }
    stream.next_in = UnsafeMutablePointer(mutating: from.assumingMemoryBound(to: UInt8.self))
    stream.avail_in = UInt32(clamping: source.count)
    stream.next_out = to.assumingMemoryBound(to: UInt8.self)
    stream.avail_out = UInt32(clamping: target.count)
    var state = inflate(&stream, Z_FINISH)
    // A file of gzip may have several members.
    while state == Z_STREAM_END, stream.avail_in > 0, stream.avail_out > 0, inflateReset(&stream) == Z_OK {
      state = inflate(&stream, Z_FINISH)
    }
    return state == Z_STREAM_END ? target.count - Int(stream.avail_out) : 0
  }

  static let damage = PageError(problem: "does not hold what it should")

  /// The bytes before the checksum, which must be theirs.
  static func checked(_ bytes: [UInt8]) throws -> [UInt8] {
    guard bytes.count >= 4 else { throw damage }
    let stored = bytes.suffix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    let sum = bytes.dropLast(4).reduce(~UInt32(0)) {
      table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8
    }
    guard ~sum == stored else { throw damage }
    return Array(bytes.dropLast(4))
  }

  /// CRC-32C (Castagnoli), the polynomial reversed.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? 0x82F6_3B78 ^ value >> 1 : value >> 1 }
  }
}
