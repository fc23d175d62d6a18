/// One picture as PNG.
import CImageFiles
import Foundation

func decodePNG(_ bytes: [UInt8], of path: String) throws -> Image {
  var picture = PNGPicture()
  guard pngDecode(bytes, bytes.count, &picture) == 1 else {
    throw DataError(path, "is a damaged PNG image: \(message(&picture))")
  }
  defer { free(picture.samples) }
  let (height, width, channels) = (Int(picture.height), Int(picture.width), Int(picture.channels))
  let count = height * width * channels
  let format: Image.Format = picture.bits == 16 ? .uint16 : .uint8
  let samples = UnsafeRawBufferPointer(start: picture.samples, count: count * format.bits / 8)
  return Image(
    height: height, width: width, channels: channels, format: format,
    pixels: floats(samples, format, count: count))
}

func encodePNG(_ image: Image, to path: String) throws {
  guard image.format != .float32, image.channels == 1 || image.channels == 3 else {
    throw DataError(
      path,
      "cannot hold \(image.format == .float32 ? "floats" : "\(image.channels) channels"): name it .tif")
  }
  var samples = bytes(image.pixels, image.format)
  var file = MemoryFile()
  defer { free(file.bytes) }
  try samples.withUnsafeMutableBufferPointer { samples in
    var picture = PNGPicture()
    (picture.height, picture.width) = (UInt32(image.height), UInt32(image.width))
    (picture.channels, picture.bits) = (Int32(image.channels), Int32(image.format.bits))
    picture.samples = samples.baseAddress
    guard pngEncode(&picture, &file) == 1 else {
      throw DataError(path, "cannot be written: \(message(&picture))")
    }
  }
  try writeAtomically(UnsafeRawBufferPointer(start: file.bytes, count: file.count), to: path)
}

private func message(_ picture: inout PNGPicture) -> String {
  withUnsafeBytes(of: &picture.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
