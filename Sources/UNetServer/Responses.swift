import Foundation
import Hummingbird
import UNetFiles

/// A response of JSON with sorted keys.
func json(_ value: some Encodable, _ status: HTTPResponse.Status = .ok) -> Response {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  // Numbers and texts of ours: what has no JSON is a mistake of the program.
  let bytes = (try? encoder.encode(value)) ?? Data("{}".utf8)
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
        .contentDisposition: "attachment; filename=\"\(file.name)\"",
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
