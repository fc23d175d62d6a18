import CImageFiles
import Glibc

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

  func decode(_ bytes: [UInt8], of path: String) throws -> [Image] {
    var picture = Picture()
    defer { free(picture.samples) }
    guard format.decode(bytes, bytes.count, &picture) == 1 else {
      throw DataError(path, "cannot be read as \(name): \(message(&picture))")
    }
    let (height, width, channels) = (Int(picture.height), Int(picture.width), Int(picture.channels))
    let count = height * width * channels
    let values: Image.Format = picture.bits == 16 ? .uint16 : .uint8
    let samples = UnsafeRawBufferPointer(start: picture.samples, count: count * values.bits / 8)
    return [
      Image(
        height: height, width: width, channels: channels, format: values,
        pixels: values.floats(samples, count: count))
    ]
  }

  func writer(of pages: ExpectedPages, to path: String, _ compression: ImageFile.Compression) throws
    -> any PageWriter
  {
    guard pages.count == 1 else {
      throw DataError(path, "takes one image, not \(pages.count): name it .tif for a stack")
    }
    guard let writing = format.writing else { preconditionFailure("\(name) is not written") }
    return try PictureWriter(path, writing.pointee)
  }

  private func message(_ picture: inout Picture) -> String {
    withUnsafeBytes(of: &picture.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
