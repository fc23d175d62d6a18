/// What `.zarray` (Zarr 2) or `zarr.json` (Zarr 3) says of an array.
struct ZarrMetadata {
  let shape: [Int]
  /// Sides of what a file holds: a chunk, or a shard of some.
  let chunks: [Int]
  let type: SampleType
  let isBigEndian: Bool
  /// The bits of a number of chunks that are not there; nil where they cannot be told.
  let fill: UInt64?
  /// The names of the axes, where the array itself names all of them (Zarr 3).
  var names: [String]?
  /// Between the numbers of a chunk's name, and what comes before them.
  let separator: String, prefix: String
  let codecs: [ZarrCodec]
  /// What a shard has inside.
  var shard: Shard?

  /// Chunks within a file, of which its index says where they lie.
  struct Shard {
    let chunks: [Int]
    let codecs: [ZarrCodec]
    /// Bytes of the index, and whether it comes first; a checksum may follow it.
    let isFirst: Bool, hasChecksum: Bool
  }

  /// Decoded from Zarr 2's JSON.
  /// - Throws: `DecodingError`, `PageError`.
  init(_ array: ZarrJSON.Array2) throws {
    guard (array.order ?? "C") == "C" || array.chunks.filter({ $0 > 1 }).count < 2 else {
      throw PageError(problem: "is stored in Fortran's order: save it in C's (order C)")
    }
    guard (array.filters ?? []).isEmpty else {
      throw PageError(problem: "is stored through filters, which are not supported: save it without")
    }
    (shape, chunks) = (array.shape, array.chunks)
    (separator, prefix) = (array.dimension_separator ?? ".", "")
    let name = array.dtype
    isBigEndian = name.hasPrefix(">")
    guard let type = Self.types2[String(name.drop { "<>|=".contains($0) })] else { throw Self.unknown(name) }
    self.type = type
    fill = array.fill_value.map { $0.bits(of: type) } ?? 0
    codecs = try array.compressor.map { [try ZarrCodec(named: $0.id)] } ?? []
    try check()
  }

  /// Decoded from Zarr 3's JSON.
  /// - Throws: `DecodingError`, `PageError`.
  init(_ array: ZarrJSON.Array3) throws {
    guard let name = array.data_type, let type = Self.types3[name] else {
      throw Self.unknown(array.data_type ?? "without a name")
    }
    guard array.zarr_format == 3, (array.storage_transformers ?? []).isEmpty else {
      throw PageError(problem: "is stored in a way that is not supported (Zarr \(array.zarr_format))")
    }
    guard let grid = array.chunk_grid, grid.name == "regular", let sides = grid.configuration?.chunk_shape,
      let shape = array.shape
    else { throw PageError(problem: "has chunks of other than one size, which is not supported") }
    (self.shape, chunks, self.type) = (shape, sides, type)
    let keys = array.chunk_key_encoding?.name ?? "default"
    guard ["default", "v2"].contains(keys) else {
      throw PageError(
        problem: "names its chunks by \(keys), which is not supported: save it with Zarr's default")
    }
    let isOld = keys == "v2"
    separator = array.chunk_key_encoding?.configuration?.separator ?? (isOld ? "." : "/")
    prefix = isOld ? "" : "c" + separator
    fill = array.fill_value.map { $0.bits(of: type) } ?? 0
    let named = array.dimension_names?.compactMap { $0?.lowercased() }
    names = named?.count == shape.count ? named : nil
    var (codecs, isBig) = (array.codecs ?? [], false)
    let dimensions = shape.count
    func plain(_ all: [ZarrJSON.Codec]) throws -> [ZarrCodec] {
      try all.compactMap { codec in
        switch codec.name {
        case "bytes":
          let order = codec.configuration?.endian ?? "little"
          guard ["little", "big"].contains(order) else {
            throw PageError(problem: "has bytes in the order \(order): save it with little or big")
          }
          isBig = order == "big"
        case "transpose" where codec.configuration?.order?.axes == Array(0..<dimensions): break
        case "transpose":
          throw PageError(
            problem: "is stored transposed, which is not supported: save it without the codec transpose")
        case "sharding_indexed":
          throw PageError(
            problem:
              "has shards beside other codecs, which is not supported: save it in shards alone, or without")
        default: return try ZarrCodec(named: codec.name)
        }
        return nil
      }
    }
    if let sharding = codecs.first, sharding.name == "sharding_indexed" {
      guard codecs.count == 1 else {
        throw PageError(
          problem: "has shards that are encoded again, which is not supported: save it in shards alone")
      }
      guard let inside = sharding.configuration?.chunk_shape, inside.count == sides.count,
        zip(sides, inside).allSatisfy({ $1 > 0 && $0 % $1 == 0 })
      else { throw PageError(problem: "is damaged: its shards are of no usable size") }
      codecs = sharding.configuration?.codecs ?? []
      let index = try plain(sharding.configuration?.index_codecs ?? [])
      guard index.isEmpty || index == [.checksum], !isBig else {
        throw PageError(
          problem:
            "has shards with an index of an unusual kind, which is not supported: save it with Zarr's default"
        )
      }
      shard = Shard(
        chunks: inside, codecs: try plain(codecs), isFirst: sharding.configuration?.index_location == "start",
        hasChecksum: !index.isEmpty)
      self.codecs = []
    } else {
      self.codecs = try plain(codecs)
    }
    isBigEndian = isBig
    try check()
  }

  private func check() throws {
    func text(_ sides: [Int]) -> String { sides.map(String.init).joined(separator: "×") }
    guard (2...5).contains(shape.count) else {
      throw PageError(
        problem:
          "has \(shape.count) dimensions: give an array of rows and columns, with at most t, c and z before them"
      )
    }
    guard shape.allSatisfy({ $0 > 0 && $0 <= 1 << 24 }) else {
      throw PageError(problem: "has no usable size: \(text(shape))")
    }
    let inside = shard?.chunks ?? chunks
    guard shape.count == chunks.count, chunks.allSatisfy({ $0 > 0 && $0 <= 1 << 30 }),
      inside.allSatisfy({ $0 > 0 })
    else {
      throw PageError(problem: "has chunks of no usable size: \(text(chunks)) of \(text(shape))")
    }
    guard ["/", "."].contains(separator) else {
      throw PageError(problem: "separates the numbers of its chunks by \(separator): save it with / or .")
    }
    var bytes = type.bits / 8
    for side in inside {
      bytes = bytes.multipliedReportingOverflow(by: side).partialValue
      guard bytes > 0, bytes <= 1 << 30 else {
        throw PageError(problem: "has chunks of more than 1 GiB: save it in smaller ones")
      }
    }
    guard zip(chunks, inside).reduce(1.0, { $0 * Double($1.0 / $1.1) }) <= Double(1 << 20) else {
      throw PageError(problem: "has shards of more than 1,048,576 chunks: save it in smaller ones")
    }
  }

  private static func unknown(_ name: String) -> PageError {
    PageError(problem: "has numbers of type \(name), which are not supported: save whole numbers or floats")
  }

  private static let types2: [String: SampleType] = {
    var types = ["b1": SampleType(kind: .unsigned, bits: 8)]
    for bytes in [1, 2, 4, 8] {
      types["u\(bytes)"] = SampleType(kind: .unsigned, bits: 8 * bytes)
      types["i\(bytes)"] = SampleType(kind: .signed, bits: 8 * bytes)
      if bytes > 1 { types["f\(bytes)"] = SampleType(kind: .float, bits: 8 * bytes) }
    }
    return types
  }()

  private static let types3: [String: SampleType] = {
    var types = ["bool": SampleType(kind: .unsigned, bits: 8)]
    for bits in [8, 16, 32, 64] {
      types["uint\(bits)"] = SampleType(kind: .unsigned, bits: bits)
      types["int\(bits)"] = SampleType(kind: .signed, bits: bits)
      if bits > 8 { types["float\(bits)"] = SampleType(kind: .float, bits: bits) }
    }
    return types
  }()
}
