import CZIP
import UNetFiles

/// A set of regions of ImageJ: a ZIP archive with a file for each, as its ROI Manager opens and saves them.
///
/// The layout of a file is that of ImageJ's `RoiEncoder`: numbers of two and four bytes, the greatest first.
struct ROISet {
  /// The archive's comment, which stands at its end.
  static let mark = "swift-unet"
  private var files: [(name: String, bytes: [UInt8])] = []

  /// Which plane of an image a region lies on; numbers from 1.
  enum Place {
    /// An image with one plane.
    case anywhere
    /// Of a stack, counted through.
    case plane(Int)
    /// Of a hyperstack, on all channels.
    case position(slice: Int, frame: Int)
  }

  /// Adds an instance.
  mutating func add(_ outline: Outline, _ place: Place, name: String) {
    files.append(("\(name).roi", ROISet.bytes(of: outline, place)))
  }

  /// A region of one ring is a traced one, of several a composite one.
  private static func bytes(of outline: Outline, _ place: Place) -> [UInt8] {
    let corners = outline.rings.joined()
    let (left, right) = (corners.map(\.x).min() ?? 0, corners.map(\.x).max() ?? 0)
    let (top, bottom) = (corners.map(\.y).min() ?? 0, corners.map(\.y).max() ?? 0)
    let ring = outline.rings.count == 1 && outline.rings[0].count < 1 << 16 ? outline.rings[0] : nil
    var header = [UInt8](repeating: 0, count: 64)
    func put(_ number: some FixedWidthInteger, at place: Int) {
      for (i, byte) in bigEndian(number).enumerated() { header[place + i] = byte }
    }
    for (i, byte) in "Iout".utf8.enumerated() { header[i] = byte }
    put(UInt16(227), at: 4)
    // 8: traced; 1: the rectangle around a composite one.
    header[6] = ring == nil ? 1 : 8
    for (i, side) in [top, left, bottom, right].enumerated() {
      put(UInt16(truncatingIfNeeded: side), at: 8 + 2 * i)
    }
    put(UInt16(ring?.count ?? 0), at: 16)
    if case .plane(let number) = place { put(Int32(number), at: 56) }
    if let ring {
      let points =
        ring.flatMap { bigEndian(UInt16($0.x - left)) } + ring.flatMap { bigEndian(UInt16($0.y - top)) }
      return whole(&header, points, place)
    }
    // Segments of a path: 0 moves, 1 draws a line, 4 closes.
    let path = outline.rings.flatMap { ring -> [Float] in
      ring.enumerated().flatMap { [$0 == 0 ? 0 : 1, Float($1.x), Float($1.y)] } + [4]
    }
    put(Int32(path.count), at: 36)
    return whole(&header, path.flatMap { bigEndian($0.bitPattern) }, place)
  }

  /// A file of a region; of a hyperstack with a second header behind all, which has its slice and frame.
  private static func whole(_ header: inout [UInt8], _ points: [UInt8], _ place: Place) -> [UInt8] {
    guard case .position(let slice, let frame) = place else { return header + points }
    header.replaceSubrange(60..<64, with: bigEndian(Int32(header.count + points.count)))
    var second = [UInt8](repeating: 0, count: 64)
    second.replaceSubrange(8..<16, with: bigEndian(Int32(slice)) + bigEndian(Int32(frame)))
    return header + points + second
  }

  private static func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian, Array.init)
  }

  /// The archive.
  /// - Throws: `FileError` of `path` where there is no memory for it.
  func archive(for path: String) throws -> [UInt8] { try zipArchive(files, for: path) }
}

/// A ZIP archive of these files, by libzip.
/// - Throws: `FileError` of `path` where there is no memory for it.
func zipArchive(_ files: [(name: String, bytes: [UInt8])], for path: String) throws -> [UInt8] {
  guard !files.isEmpty else {
    // libzip writes no archive without files: the record at the end of one, with its comment.
    return [0x50, 0x4B, 5, 6] + [UInt8](repeating: 0, count: 16) + [UInt8(ROISet.mark.utf8.count), 0]
      + ROISet.mark.utf8
  }
  var error = zip_error_t()
  guard let target = zip_source_buffer_create(nil, 0, 0, &error),
    let archive = zip_open_from_source(target, ZIP_TRUNCATE, &error)
  else { throw FileError(.write, path) }
  zip_source_keep(target)
  defer { zip_source_free(target) }
  for (name, bytes) in files {
    // The archive frees its copy.
    let copy = UnsafeMutableRawPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
    bytes.withUnsafeBytes {
      copy.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(copy), byteCount: bytes.count)
    }
    guard let source = zip_source_buffer(archive, copy, zip_uint64_t(bytes.count), 1) else {
      zip_discard(archive)
      throw FileError(.write, path)
    }
    let place = zip_file_add(archive, name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
    // Two runs give the same bytes.
    guard place >= 0, zip_file_set_dostime(archive, zip_uint64_t(place), 0, 0x21, 0) == 0 else {
      zip_discard(archive)
      throw FileError(.write, path)
    }
  }
  zip_set_archive_comment(archive, ROISet.mark, zip_uint16_t(ROISet.mark.utf8.count))
  guard zip_close(archive) == 0, zip_source_open(target) == 0 else { throw FileError(.write, path) }
  defer { zip_source_close(target) }
  zip_source_seek(target, 0, SEEK_END)
  let size = Int(zip_source_tell(target))
  zip_source_seek(target, 0, SEEK_SET)
  return [UInt8](unsafeUninitializedCapacity: size) { bytes, count in
    count = max(0, Int(zip_source_read(target, bytes.baseAddress, zip_uint64_t(size))))
  }
}
