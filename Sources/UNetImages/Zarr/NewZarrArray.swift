/// `.zarray`
struct NewArray2: Encodable {
  struct Compressor: Encodable {
    let id = "blosc", cname = "zstd"
    let clevel = ChunkedLevel.level, shuffle = 1, blocksize = 0
  }
  let zarr_format = 2
  let shape: [Int], chunks: [Int]
  let dtype: String
  let compressor = Compressor()
  let fill_value = 0
  let order = "C", dimension_separator = "/"
  let filters: [Int]? = nil

  private enum CodingKeys: CodingKey {
    case zarr_format, shape, chunks, dtype, compressor, fill_value, order, dimension_separator, filters
  }

  init(_ level: ChunkedLevel) {
    shape = level.lengths + [level.height, level.width]
    chunks = level.lengths.map { _ in 1 } + [level.side, level.side]
    let order = UInt16(1).bigEndian == 1 ? ">" : "<"
    dtype =
      switch level.samples {
      case .uint8: "|u1"
      case .uint16: "\(order)u2"
      case .uint32: "\(order)u4"
      case .float32: "\(order)f4"
      }
  }

  func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(zarr_format, forKey: .zarr_format)
    try keys.encode(shape, forKey: .shape)
    try keys.encode(chunks, forKey: .chunks)
    try keys.encode(dtype, forKey: .dtype)
    try keys.encode(compressor, forKey: .compressor)
    try keys.encode(fill_value, forKey: .fill_value)
    try keys.encode(order, forKey: .order)
    try keys.encode(dimension_separator, forKey: .dimension_separator)
    // Zarr 2 wants the key, though nothing is behind it.
    try keys.encodeNil(forKey: .filters)
  }
}

/// `zarr.json` of an array.
struct NewArray3: Encodable {
  struct Grid: Encodable {
    struct Configuration: Encodable { let chunk_shape: [Int] }
    let name = "regular"
    let configuration: Configuration
  }
  struct Keys: Encodable {
    struct Configuration: Encodable { let separator = "/" }
    let name = "default"
    let configuration = Configuration()
  }
  struct Codec: Encodable {
    struct Configuration: Encodable {
      var endian: String?
      var cname: String?, shuffle: String?
      var clevel: Int?, typesize: Int?, blocksize: Int?
    }
    let name: String
    let configuration: Configuration
  }
  let zarr_format = 3
  let node_type = "array"
  let shape: [Int]
  let data_type: String
  let chunk_grid: Grid
  let chunk_key_encoding = Keys()
  let fill_value = 0
  let dimension_names: [String]
  let codecs: [Codec]
  let attributes: [String: String] = [:]

  init(_ level: ChunkedLevel) {
    shape = level.lengths + [level.height, level.width]
    chunk_grid = Grid(
      configuration: .init(chunk_shape: level.lengths.map { _ in 1 } + [level.side, level.side]))
    data_type = "\(level.samples)"
    dimension_names = level.axes + ["y", "x"]
    let order = UInt16(1).bigEndian == 1 ? "big" : "little"
    codecs = [
      Codec(name: "bytes", configuration: .init(endian: order)),
      Codec(
        name: "blosc",
        configuration: .init(
          cname: "zstd", shuffle: "shuffle", clevel: ChunkedLevel.level, typesize: level.size, blocksize: 0)),
    ]
  }
}
