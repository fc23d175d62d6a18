import Foundation
import Glibc
import UNetFiles
import UNetNumerics

/// An array of Zarr 2 or 3 in a folder, whose chunks are read when they are asked for.
final class ZarrArray {
  let path: String
  let metadata: ZarrMetadata
  /// The last shard's index: where each chunk begins, and its bytes.
  private var index: (shard: [Int], file: FileReader?, places: [(UInt64, UInt64)])?

  /// - Throws: `DataError` that names the folder or its file; `FileError`.
  init(_ path: String) throws {
    self.path = path
    let (old, new) = (Path.join(path, ".zarray"), Path.join(path, "zarr.json"))
    guard Files.exists(old) || Files.exists(new) else {
      throw DataError(
        path, "is named as the image's array and is not there, or no array: copy the image anew")
    }
    do {
      metadata =
        Files.exists(old)
        ? try ZarrMetadata(Self.decode(ZarrJSON.Array2.self, old))
        : try ZarrMetadata(Self.decode(ZarrJSON.Array3.self, new))
    } catch let error as PageError { throw DataError(path, error.problem) }
  }

  /// Whether `path` is the folder of an array.
  static func isArray(_ path: String) -> Bool {
    struct Node: Decodable { let node_type: String }
    return Files.exists(Path.join(path, ".zarray"))
      || (try? decode(Node.self, Path.join(path, "zarr.json")))?.node_type == "array"
  }

  /// The JSON in a file.
  /// - Throws: `DataError` that names the file; `FileError`.
  static func decode<Value: Decodable>(_ type: Value.Type, _ file: String) throws -> Value {
    let reader = try FileReader(file)
    guard reader.size <= 1 << 26 else {
      throw DataError(file, "is too long for what Zarr has there: copy it anew")
    }
    let decoder = JSONDecoder()
    // Python writes NaN, which JSON has not.
    decoder.allowsJSON5 = true
    do {
      return try decoder.decode(type, from: Data(reader.bytes(at: 0, count: reader.size)))
    } catch is DecodingError {
      throw DataError(file, "is damaged, or says what is not supported: it is not what Zarr has there")
    }
  }

  /// Sides of what is read at a time.
  var chunks: [Int] { metadata.shard?.chunks ?? metadata.chunks }

  /// The numbers of a chunk as they stand in memory of `metadata`'s order of bytes; nil where it is not there.
  /// - Throws: `PageError`, `FileError`.
  func chunk(at place: [Int]) throws -> [UInt8]? {
    let count = chunks.reduce(metadata.type.bits / 8, *)
    guard let shard = metadata.shard else {
      guard let file = try file(of: place) else { return nil }
      return try told(place) { try decoded(file, 0, file.size, metadata.codecs, count) }
    }
    let each = zip(metadata.chunks, shard.chunks).map { $0 / $1 }
    let outer = zip(place, each).map { $0 / $1 }
    if index?.shard != outer { try readIndex(of: outer, shard, each.reduce(1, *)) }
    guard let index, let file = index.file else { return nil }
    let (start, size) = index.places[zip(place, each).reduce(0) { $0 * $1.1 + $1.0 % $1.1 }]
    // Both all ones: the chunk is empty.
    if start == .max, size == .max { return nil }
    return try told(outer) {
      guard start <= UInt64(file.size), size <= UInt64(file.size) - start else { throw ZarrCodec.damage }
      return try decoded(file, Int(start), Int(size), shard.codecs, count)
    }
  }

  /// What `read` gives, its errors with the name of the chunk's file.
  private func told<Result>(_ place: [Int], _ read: () throws -> Result) throws -> Result {
    do { return try read() } catch let error as PageError {
      throw PageError(problem: "is damaged: \(name(of: place)) \(error.problem): copy it anew")
    }
  }

  private func decoded(_ file: FileReader, _ start: Int, _ size: Int, _ codecs: [ZarrCodec], _ count: Int)
    throws -> [UInt8]
  {
    // What is compressed is hardly larger than it was.
    let most = count + count / 8 + 65_536
    guard size <= most else { throw ZarrCodec.damage }
    var bytes = try file.bytes(at: start, count: size)
    for (left, codec) in codecs.enumerated().reversed() {
      bytes = try codec.decoded(
        bytes, limit: left == 0 || codecs[..<left].allSatisfy { $0 == .checksum } ? count + 4 * left : most)
    }
    guard bytes.count == count else { throw ZarrCodec.damage }
    return bytes
  }

  private func name(of place: [Int]) -> String {
    metadata.prefix + place.map(String.init).joined(separator: metadata.separator)
  }

  /// The file of a chunk; nil where nothing has its name.
  private func file(of place: [Int]) throws -> FileReader? {
    let file = Path.join(path, name(of: place))
    do { return try FileReader(file) } catch let error as FileError where error.code == ENOENT {
      guard Files.kind(file) == nil else {
        throw PageError(problem: "has \(name(of: place)) as a link to nothing: fetch what it links to")
      }
      return nil
    }
  }

  private func readIndex(of outer: [Int], _ shard: ZarrMetadata.Shard, _ count: Int) throws {
    guard let file = try file(of: outer) else { return index = (outer, nil, []) }
    let bytes = try told(outer) {
      let size = 16 * count + (shard.hasChecksum ? 4 : 0)
      guard size <= file.size else { throw ZarrCodec.damage }
      let bytes = try file.bytes(at: shard.isFirst ? 0 : file.size - size, count: size)
      return shard.hasChecksum ? try ZarrCodec.checked(bytes) : bytes
    }
    func number(_ at: Int) -> UInt64 { bytes[at..<at + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) } }
    index = (outer, file, (0..<count).map { (number(16 * $0), number(16 * $0 + 8)) })
  }
}

/// The chunks of an array that hold a part of a plane, which is all of its rows and columns at one place of the other axes.
struct ZarrBlocks: SampleBlocks {
  let array: ZarrArray
  /// Where the rows and columns are among the axes, and the channels, if they are.
  let row: Int, column: Int, channel: Int?
  /// The place along every axis; of rows, columns and channels 0.
  let place: [Int]
  /// The rows and columns that are wanted.
  let part: ImageRegion

  func check(_ plane: Int) throws {}

  func read(
    _ plane: Int, into target: UnsafeMutableRawBufferPointer?, _ take: (SampleAssembly.Block) throws -> Void
  ) throws {
    let (shape, sides) = (array.metadata.shape, array.chunks)
    var place = place
    if let channel { place[channel] = plane }
    let size = array.metadata.type.bits / 8
    // Numbers from one to the next along each axis of a chunk.
    var strides = sides
    for axis in sides.indices.reversed() {
      strides[axis] = axis == sides.count - 1 ? 1 : strides[axis + 1] * sides[axis + 1]
    }
    var chunk = zip(place, sides).map { $0 / $1 }
    let first = sides.indices.reduce(0) {
      [row, column].contains($1) ? $0 : $0 + place[$1] % sides[$1] * strides[$1]
    }
    let (height, width) = (sides[row], sides[column])
    var empty: [UInt8] = []
    func starts(_ wanted: Range<Int>, _ side: Int) -> StrideTo<Int> {
      stride(from: wanted.lowerBound / side * side, to: wanted.upperBound, by: side)
    }
    for top in starts(part.rows, height) {
      for left in starts(part.columns, width) {
        try Cancellation.check()
        (chunk[row], chunk[column]) = (top / height, left / width)
        var bytes = try array.chunk(at: chunk)
        var rowBytes = width * size
        if bytes == nil {
          rowBytes = min(width, shape[column]) * size
          if empty.isEmpty { empty = try filled(min(height, shape[row]) * min(width, shape[column])) }
          bytes = empty
        } else if strides[column] != 1 || strides[row] != width || first != 0 {
          bytes = gathered(bytes ?? [], first, strides[row], strides[column], height, width, size)
        }
        let rows = (top..<top + height).clamped(to: part.rows)
        let columns = (left..<left + width).clamped(to: part.columns)
        try (bytes ?? []).withUnsafeBytes { bytes in
          guard let start = bytes.baseAddress else { return }
          let from = start + (rows.lowerBound - top) * rowBytes + (columns.lowerBound - left) * size
          guard let to = target?.baseAddress else {
            return try take(
              .init(
                rows: moved(rows, -part.rows.lowerBound), columns: moved(columns, -part.columns.lowerBound),
                bytes: from, rowBytes: rowBytes))
          }
          for (number, y) in rows.enumerated() {
            let place = (y - part.rows.lowerBound) * part.width + columns.lowerBound - part.columns.lowerBound
            (to + place * size).copyMemory(from: from + number * rowBytes, byteCount: columns.count * size)
          }
        }
      }
    }
  }

  private func moved(_ range: Range<Int>, _ pixels: Int) -> Range<Int> {
    range.lowerBound + pixels..<range.upperBound + pixels
  }

  /// The plane of a chunk that has other axes, too.
  private func gathered(
    _ bytes: [UInt8], _ first: Int, _ rowStep: Int, _ columnStep: Int, _ height: Int, _ width: Int,
    _ size: Int
  ) -> [UInt8] {
    var plane = [UInt8](repeating: 0, count: height * width * size)
    for y in 0..<height {
      for x in 0..<width {
        let (from, to) = ((first + y * rowStep + x * columnStep) * size, (y * width + x) * size)
        for byte in 0..<size { plane[to + byte] = bytes[from + byte] }
      }
    }
    return plane
  }

  /// So many of the array's fill value, in its order of bytes.
  private func filled(_ count: Int) throws -> [UInt8] {
    guard let bits = array.metadata.fill else {
      throw PageError(problem: "lacks chunks, and its fill value is no number of its type: copy it anew")
    }
    let size = array.metadata.type.bits / 8
    var one = (0..<size).map { UInt8(truncatingIfNeeded: bits >> UInt64(8 * $0)) }
    if array.metadata.isBigEndian { one.reverse() }
    try requireMemory(count * size)
    return [UInt8](unsafeUninitializedCapacity: count * size) { target, filled in
      for at in 0..<count { for byte in 0..<size { target[at * size + byte] = one[byte] } }
      filled = count * size
    }
  }
}
