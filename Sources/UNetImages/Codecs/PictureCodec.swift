import CImageFiles
import Glibc
import UNetFiles

/// A format of single pictures that a C library reads, and perhaps writes: what `CImageFiles` says of it.
///
/// Unchecked: functions and texts of C that never change.
struct PictureCodec: ImageCodec, @unchecked Sendable {
  let name: String
  let endings: [String]
  let isExact: Bool
  var isWritten: Bool { format.writing != nil }
  private let beginning: [UInt8]
  private let format: PictureFormat

  /// Every format of `CImageFiles`, in its order.
  static let all: [any ImageCodec] = sequence(first: 0) { $0 + 1 }.lazy.map(pictureFormat)
    .prefix { $0 != nil }.compactMap { $0.map { PictureCodec($0.pointee) } }

  private init(_ format: PictureFormat) {
    self.format = format
    name = String(cString: format.name)
    endings = String(cString: format.endings).split(separator: " ").map(String.init)
    isExact = format.isExact != 0
    beginning = UnsafeBufferPointer(start: format.beginning, count: strlen(format.beginning)).map {
      UInt8(bitPattern: $0)
    }
  }

  func matches(_ bytes: [UInt8]) -> Bool { bytes.starts(with: beginning) }

  func open(_ file: FileReader) throws -> any PageSource {
    var disk = DiskFile(file)
    var picture = Picture()
    defer { free(picture.exif) }
    guard format.describe(&disk, &picture) == 1 else { throw unread(&picture, file, disk) }
    let exif = try Exif(UnsafeRawBufferPointer(start: picture.exif, count: picture.exifCount))
    return OpenPicture(codec: self, file: file, picture: picture, orientation: exif.orientation)
  }

  /// The one page of a file that `picture` describes.
  fileprivate func page(_ file: FileReader, _ picture: Picture) throws -> StoredPage {
    var (disk, picture) = (DiskFile(file), picture)
    let count = Int(picture.height) * Int(picture.width) * Int(picture.channels)
    func samples<Value: StoredSample & FixedWidthInteger>(_: Value.Type) throws -> [Value] {
      try requireMemory(count * MemoryLayout<Value>.size)
      return try [Value](unsafeUninitializedCapacity: count) { samples, filled in
        let bytes = UnsafeMutableRawBufferPointer(samples)
        picture.samples = bytes.bindMemory(to: UInt8.self).baseAddress
        guard format.decode(&disk, &picture) == 1 else { throw unread(&picture, file, disk) }
        filled = count
      }
    }
    let stored: Samples =
      picture.bits == 16 ? .uint16(try samples(UInt16.self)) : .uint8(try samples(UInt8.self))
    var page = StoredPage(
      height: Int(picture.height), width: Int(picture.width), channels: Int(picture.channels),
      samples: stored, bits: Int(picture.bits), colours: colours(picture), isExact: isExact)
    page.metadata = PageMetadata(picture)
    return page
  }

  private func colours(_ picture: Picture) -> Colours {
    guard picture.colours > 0 else { return picture.channels >= 3 ? .rgb : .grey }
    return withUnsafeBytes(of: picture.palette) { bytes in
      .palette(
        Palette(
          (0..<Int(picture.colours)).map { colour in
            SIMD3(UInt16(bytes[3 * colour]), UInt16(bytes[3 * colour + 1]), UInt16(bytes[3 * colour + 2]))
          }))
    }
  }

  private func unread(_ picture: inout Picture, _ file: FileReader, _ disk: DiskFile) -> any Error {
    disk.failure(of: file) ?? DataError(file.path, "cannot be read as \(name): \(message(&picture))")
  }

  func writer(of pages: ExpectedPages, to file: PartialFile, _ compression: ImageFile.Compression) throws
    -> any PageWriter
  {
    guard pages.count == 1 else {
      throw DataError(file.path, "takes one image, not \(pages.count): name it .tif for a stack")
    }
    guard let writing = format.writing else { preconditionFailure("\(name) is not written") }
    return try PictureWriter(file, writing.pointee)
  }

  private func message(_ picture: inout Picture) -> String {
    withUnsafeBytes(of: &picture.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

/// A file of one picture.
private struct OpenPicture: PageSource {
  let codec: PictureCodec
  let file: FileReader
  let picture: Picture
  let orientation: Int
  var count: Int { 1 }
  func pixels(of number: Int) -> Int? { Int(picture.height) * Int(picture.width) }
  // PNG alone is written, whose last chunk has no bytes but these.
  var isOwn: Bool {
    let end = try? file.bytes(at: max(0, file.size - 8), count: min(8, file.size))
    return picture.isOwn != 0 && end == Array("IEND".utf8) + [0xAE, 0x42, 0x60, 0x82]
  }

  func page(_ number: Int) throws -> StoredPage { try codec.page(file, picture).upright(orientation) }
}

extension PageMetadata {
  fileprivate init(_ picture: Picture) {
    self.init()
    guard picture.resolutionUnit > 0, picture.xResolution > 0, picture.yResolution > 0 else { return }
    (xResolution, yResolution) = (picture.xResolution, picture.yResolution)
    resolutionUnit = picture.resolutionUnit == 2 ? .inch : .centimetre
  }
}
