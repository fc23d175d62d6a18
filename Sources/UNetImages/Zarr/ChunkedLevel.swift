import CChunkLibraries
import UNetFiles

/// An array of Zarr that is written chunk by chunk: planes of square chunks, each in a file of its own, compressed by Blosc (zstd).
///
/// It is a level of an image of OME-Zarr.  A chunk appears whole or not at all, so that its file says that it is done.
package struct ChunkedLevel: Sendable {
  /// The folder of the array.
  package let path: String
  /// The axes before rows and columns, such as `["t", "c"]`, and their lengths.
  package let axes: [String], lengths: [Int]
  /// Rows and columns, and those of a chunk.
  package let height: Int, width: Int, side: Int
  /// How a value is stored.
  package let samples: PageLayout.Samples
  let version: OMEZarrVersion

  /// The chunks down and across.
  package var rows: Int { (height + side - 1) / side }
  package var columns: Int { (width + side - 1) / side }
  /// Bytes of a value.
  package var size: Int { samples.size }

  /// What a chunk has of the image.
  package func region(row: Int, column: Int) -> ImageRegion {
    ImageRegion(
      rows: row * side..<min(height, (row + 1) * side),
      columns: column * side..<min(width, (column + 1) * side))
  }

  /// Makes the folder with what it says of the array.
  /// - Throws: `FileError`.
  func make() throws {
    try Files.makeFolder(path)
    let (name, json) =
      version == .v04
      ? (".zarray", ZarrJSON.text(NewArray2(self))) : ("zarr.json", ZarrJSON.text(NewArray3(self)))
    try AtomicFile.write(json, to: Path.join(path, name))
  }

  private func file(_ place: [Int], row: Int, column: Int) -> String {
    let parts = (version == .v04 ? [] : ["c"]) + (place + [row, column]).map(String.init)
    return Path.join(path, parts.joined(separator: "/"))
  }

  /// Whether a chunk of the plane at `place` is written.
  package func has(_ place: [Int], row: Int, column: Int) -> Bool {
    Files.exists(file(place, row: row, column: column))
  }

  /// Removes a chunk, by its place along all axes.
  func remove(_ place: [Int]) {
    Files.remove(file(Array(place.dropLast(2)), row: place[place.count - 2], column: place[place.count - 1]))
  }

  /// Writes a chunk of the plane at `place`: the numbers of its region, row after row in this machine's order.
  /// - Throws: `FileError`.
  package func write(_ bytes: UnsafeRawBufferPointer, _ place: [Int], row: Int, column: Int) throws {
    let region = region(row: row, column: column)
    precondition(bytes.count == region.height * region.width * size, "a chunk has all of its region")
    // At the border a chunk has room for more than the image has.
    var whole = [UInt8](repeating: 0, count: side * side * size)
    whole.withUnsafeMutableBytes { whole in
      for y in 0..<region.height {
        let part = UnsafeRawBufferPointer(
          rebasing: bytes[y * region.width * size..<(y + 1) * region.width * size])
        UnsafeMutableRawBufferPointer(rebasing: whole[(y * side * size)...]).copyMemory(from: part)
      }
    }
    let path = file(place, row: row, column: column)
    try Files.makeFolder(Path.folder(of: path))
    let packed = try compressed(whole, path)
    try AtomicFile.write(to: path) { try $0.write(packed) }
  }

  private func compressed(_ bytes: [UInt8], _ path: String) throws -> [UInt8] {
    let room = bytes.count + Int(BLOSC_MAX_OVERHEAD)
    let packed = [UInt8](unsafeUninitializedCapacity: room) { target, count in
      bytes.withUnsafeBytes { bytes in
        count = max(
          0,
          Int(
            blosc_compress_ctx(
              Int32(Self.level), Int32(BLOSC_SHUFFLE), size, bytes.count, bytes.baseAddress,
              target.baseAddress, room, "zstd", 0, 1)))
      }
    }
    guard !packed.isEmpty else {
      throw DataError(path, "cannot be compressed: this computer's c-blosc is built without zstd")
    }
    return packed
  }

  /// Blosc's effort, of 9.
  static let level = 5
}

extension PageLayout.Samples {
  /// Bytes of a value.
  package var size: Int {
    switch self {
    case .uint8: 1
    case .uint16: 2
    case .uint32, .float32: 4
    }
  }
}

/// Regions of an array that was written chunk by chunk; the last chunks are kept.
package final class ChunkedReader {
  /// The array.
  package let level: ChunkedLevel
  private let array: ZarrArray
  private let most: Int
  private var kept: [(place: [Int], bytes: [UInt8]?)] = []

  /// A reader that keeps so many chunks.
  /// - Throws: `DataError`, `FileError`.
  package init(_ level: ChunkedLevel, keeping most: Int = 4) throws {
    (self.level, array, self.most) = (level, try ZarrArray(level.path), most)
  }

  /// The numbers of a region of the plane at `place`, row after row; zeros where no chunk is written.
  /// - Throws: `DataError`, `FileError`.
  package func bytes(_ region: ImageRegion, _ place: [Int]) throws -> [UInt8] {
    let (size, side) = (level.size, level.side)
    var bytes = [UInt8](repeating: 0, count: region.height * region.width * size)
    guard !bytes.isEmpty else { return bytes }
    for row in region.rows.lowerBound / side...(region.rows.upperBound - 1) / side {
      for column in region.columns.lowerBound / side...(region.columns.upperBound - 1) / side {
        guard let chunk = try chunk(place + [row, column]) else { continue }
        let own = level.region(row: row, column: column)
        let (rows, columns) = (own.rows.clamped(to: region.rows), own.columns.clamped(to: region.columns))
        bytes.withUnsafeMutableBytes { bytes in
          chunk.withUnsafeBytes { chunk in
            for y in rows {
              let from = ((y - row * side) * side + columns.lowerBound - column * side) * size
              let to =
                ((y - region.rows.lowerBound) * region.width + columns.lowerBound - region.columns.lowerBound)
                * size
              UnsafeMutableRawBufferPointer(rebasing: bytes[to...]).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: chunk[from..<from + columns.count * size]))
            }
          }
        }
      }
    }
    return bytes
  }

  /// The same as numbers.
  package func numbers<Number: BitwiseCopyable>(
    _ type: Number.Type, _ region: ImageRegion, _ place: [Int]
  ) throws -> [Number] {
    try bytes(region, place).withUnsafeBytes { Array($0.bindMemory(to: type)) }
  }

  private func chunk(_ place: [Int]) throws -> [UInt8]? {
    if let found = kept.first(where: { $0.place == place }) { return found.bytes }
    let bytes: [UInt8]?
    do { bytes = try array.chunk(at: place) } catch is PageError {
      level.remove(place)
      throw DataError(level.path, "had a damaged chunk, which is removed: the same command makes it again")
    }
    if kept.count >= most { kept.removeFirst() }
    kept.append((place, bytes))
    return bytes
  }
}
