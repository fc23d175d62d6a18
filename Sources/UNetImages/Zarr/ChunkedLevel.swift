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

  private var columns: Int { (width + side - 1) / side }
  /// The chunks of a plane, row after row of them.
  package var count: Int { (height + side - 1) / side * columns }
  /// Bytes of a value.
  package var size: Int { samples.size }

  /// What a chunk has of the image.
  package func region(_ chunk: Int) -> ImageRegion {
    let (row, column) = chunk.quotientAndRemainder(dividingBy: columns)
    return ImageRegion(
      rows: row * side..<min(height, (row + 1) * side),
      columns: column * side..<min(width, (column + 1) * side))
  }

  /// The chunks that have a part of a region.
  func chunks(_ region: ImageRegion) -> [Int] {
    guard region.height > 0, region.width > 0 else { return [] }
    return (region.rows.lowerBound / side...(region.rows.upperBound - 1) / side).flatMap { row in
      (region.columns.lowerBound / side...(region.columns.upperBound - 1) / side).map { row * columns + $0 }
    }
  }

  /// The place of a chunk of the plane `plane`, along all axes.
  func place(_ plane: [Int], _ chunk: Int) -> [Int] { plane + [chunk / columns, chunk % columns] }

  /// Makes the folder with what it says of the array.
  /// - Throws: `FileError`.
  func make() throws {
    try Files.makeFolder(path)
    let (name, json) =
      version == .v04
      ? (".zarray", ZarrJSON.text(NewArray2(self))) : ("zarr.json", ZarrJSON.text(NewArray3(self)))
    try AtomicFile.write(json, to: Path.join(path, name))
  }

  private func file(_ plane: [Int], _ chunk: Int) -> String {
    let parts = (version == .v04 ? [] : ["c"]) + place(plane, chunk).map(String.init)
    return Path.join(path, parts.joined(separator: "/"))
  }

  /// Whether a chunk of the plane `plane` is written.
  package func has(_ plane: [Int], _ chunk: Int) -> Bool { Files.exists(file(plane, chunk)) }

  /// Removes a chunk of the plane `plane`.
  func remove(_ plane: [Int], _ chunk: Int) { Files.remove(file(plane, chunk)) }

  /// Writes a chunk of the plane `plane`: the numbers of its region, row after row in this machine's order.
  /// - Throws: `FileError`.
  package func write(_ bytes: UnsafeRawBufferPointer, _ plane: [Int], _ chunk: Int) throws {
    let region = region(chunk)
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
    let path = file(plane, chunk)
    // Where somebody has removed the image it does not rise again.
    guard Files.isFolder(self.path) else {
      throw DataError(self.path, "was removed meanwhile: begin again")
    }
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
  private var kept: [(plane: [Int], chunk: Int, bytes: [UInt8])] = []

  /// A reader that keeps so many chunks.
  /// - Throws: `DataError`, `FileError`.
  package init(_ level: ChunkedLevel, keeping most: Int = 4) throws {
    (self.level, array, self.most) = (level, try ZarrArray(level.path), most)
  }

  /// Reads a chunk, for nothing but that.
  /// - Throws: as `bytes`.
  package func check(_ chunk: Int, _ plane: [Int]) throws { _ = try self.chunk(chunk, plane) }

  /// The numbers of a region of the plane `plane`, row after row.
  /// - Throws: `DataError` where a chunk is damaged, which is removed then, or is not there; `FileError`.
  package func bytes(_ region: ImageRegion, _ plane: [Int]) throws -> [UInt8] {
    let (size, side) = (level.size, level.side)
    var bytes = [UInt8](repeating: 0, count: region.height * region.width * size)
    for number in level.chunks(region) {
      let chunk = try chunk(number, plane)
      let own = level.region(number)
      let (rows, columns) = (own.rows.clamped(to: region.rows), own.columns.clamped(to: region.columns))
      bytes.withUnsafeMutableBytes { bytes in
        chunk.withUnsafeBytes { chunk in
          for y in rows {
            let from =
              ((y - own.rows.lowerBound) * side + columns.lowerBound - own.columns.lowerBound) * size
            let to =
              ((y - region.rows.lowerBound) * region.width + columns.lowerBound - region.columns.lowerBound)
              * size
            UnsafeMutableRawBufferPointer(rebasing: bytes[to...]).copyMemory(
              from: UnsafeRawBufferPointer(rebasing: chunk[from..<from + columns.count * size]))
          }
        }
      }
    }
    return bytes
  }

  /// The same as numbers.
  package func numbers<Number: BitwiseCopyable>(
    _ type: Number.Type, _ region: ImageRegion, _ plane: [Int]
  ) throws -> [Number] {
    try bytes(region, plane).withUnsafeBytes { Array($0.bindMemory(to: type)) }
  }

  private func chunk(_ chunk: Int, _ plane: [Int]) throws -> [UInt8] {
    if let found = kept.first(where: { $0.chunk == chunk && $0.plane == plane }) { return found.bytes }
    let found: [UInt8]?
    do { found = try array.chunk(at: level.place(plane, chunk)) } catch is PageError {
      level.remove(plane, chunk)
      throw DataError(level.path, "had a damaged chunk, which is removed: the same command makes it again")
    }
    // Zarr reads zeros where a chunk is missing, but here each is written.
    guard let bytes = found else {
      throw DataError(level.path, "lacks a chunk that was there: the same command makes it again")
    }
    if kept.count >= most { kept.removeFirst() }
    kept.append((plane, chunk, bytes))
    return bytes
  }
}
