import Hummingbird
import UNetFiles

/// The body of a request as a file in the server's folder.
///
/// It is gone with its last reference, unless it is kept.
final class Upload: Sendable {
  /// The file, whose name the server has chosen.
  let path: String
  /// The first digits of its SHA-256.
  let id: String
  let size: Int

  deinit { Files.remove(path) }

  /// Writes a body of at most `largest` bytes, never more than a part of it in memory.
  /// - Throws: `ServerError`, `FileError`; nothing stays then.
  init(_ request: Request, in folder: String, largest: Int) async throws {
    let tooLarge = ServerError(
      .contentTooLarge,
      "the upload has more than \(largest) bytes: cut it, or start the server with --largest-upload")
    guard request.headers[.contentType]?.hasPrefix("multipart/") != true else {
      throw ServerError(
        .unsupportedMediaType,
        "the body is a form: send the image itself as the body, as curl does with --data-binary @image.tif")
    }
    if let text = request.headers[.contentLength], let length = Int(text), length > largest { throw tooLarge }
    // Somebody may have tidied up.
    try Files.makeFolder(folder)
    let path = Path.join(folder, "upload-\(String(UInt64.random(in: .min ... .max), radix: 36))")
    let (file, digest) = (try PartialFile(path), SHA256())
    var size = 0
    var parts = request.body.makeAsyncIterator()
    while let part = try await Self.next(of: &parts) {
      size += part.readableBytes
      guard size <= largest else { throw tooLarge }
      let bytes = Array(buffer: part)
      digest.update(bytes)
      try file.writer.write(bytes)
    }
    guard size > 0 else { throw ServerError(.badRequest, "the body is empty: send an image in it") }
    try file.commit()
    (self.path, id, self.size) = (path, String(digest.finish().prefix(16)), size)
  }

  private static func next(of parts: inout RequestBody.AsyncIterator) async throws -> ByteBuffer? {
    do { return try await parts.next() } catch {
      throw ServerError(.badRequest, "the body ended early, or is no HTTP: send it again")
    }
  }
}
