import Foundation
import HTTPTypes
import Hummingbird
import UNetFiles

/// A response of JSON with sorted keys.
func json(_ value: some Encodable, _ status: HTTPResponse.Status = .ok) -> Response {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  guard let bytes = try? encoder.encode(value) else {
    return ServerError(.internalServerError, "the answer has a number that JSON has not").response
  }
  return Response(
    status: status, headers: [.contentType: "application/json"],
    body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
}

/// A response of a text or picture that is a part of the program.
func content(_ bytes: [UInt8], _ type: String) -> Response {
  Response(
    status: .ok, headers: [.contentType: type], body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
}

extension Response {
  /// The bytes of a file, some at a time; a browser saves it under its name.
  init(_ file: SentFile) {
    self.init(
      status: .ok,
      headers: [
        .contentType: contentType(of: file.name),
        .contentDisposition: attachment(file.name),
      ],
      body: .init(contentLength: file.size) { writer in
        var offset = 0
        while offset < file.size {
          let bytes = try file.bytes(at: offset)
          try await writer.write(ByteBuffer(bytes: bytes))
          offset += bytes.count
        }
        try await writer.finish(nil)
      })
  }
}

/// An open file, which has lost its name, for one response alone.
final class SentFile: @unchecked Sendable {
  /// What it was called.
  let name: String
  let size: Int
  private let file: FileReader

  /// Opens the file at `path`, which then is gone.
  /// - Throws: `FileError`.
  init(taking path: String) throws {
    defer { Files.remove(path) }
    (name, file) = (Path.name(path), try FileReader(path))
    size = file.size
  }

  func bytes(at offset: Int) throws -> [UInt8] {
    let bytes = try file.bytes(at: offset, count: 1 << 18)
    guard !bytes.isEmpty else { throw ServerError(.internalServerError, "a result was cut") }
    return bytes
  }
}

/// A browser's name for a file, where it has other letters than ASCII also in the form of RFC 6266.
private func attachment(_ name: String) -> String {
  let plain = String(name.map { $0.isASCII ? $0 : "_" })
  let coded = name.utf8.map { byte in
    let isPlain =
      byte < 128 && (Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber)
    return isPlain || "-_.".utf8.contains(byte)
      ? String(UnicodeScalar(byte)) : "%" + String(UInt16(byte) + 256, radix: 16, uppercase: true).dropFirst()
  }.joined()
  return "attachment; filename=\"\(plain)\"" + (plain == name ? "" : "; filename*=UTF-8''\(coded)")
}

private func contentType(of path: String) -> String {
  switch Path.ending(path) {
  case "png": "image/png"
  case "tif": "image/tiff"
  case "geojson": "application/geo+json"
  case "csv": "text/csv; charset=utf-8"
  case "zip": "application/zip"
  default: "application/octet-stream"
  }
}

extension HTTPResponse {
  /// Says whether labels were saved or are the model's.
  static let labelsAre = HTTPField.Name("Labels-Are")
}
