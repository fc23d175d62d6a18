import CDigest

/// SHA-256, in lower-case hexadecimal: names a file's content, an experiment or a set of weights.
package enum Digest {
  /// The digest of the file at `path`.
  ///
  /// - Throws: `FileError`.
  package static func sha256(ofFile path: String) throws -> String {
    let digest = SHA256()
    try digest.update(try FileReader(path), from: 0)
    return digest.finish()
  }

  /// The digest of a file's size and of some of its bytes: the first and last 64 KiB and 64 pieces of 4 KiB between them.
  ///
  /// - Throws: `FileError`.
  package static func sample(ofFile path: String) throws -> String {
    let (digest, file) = (SHA256(), try FileReader(path))
    digest.update(Array("\(file.size)".utf8))
    digest.update(try file.bytes(at: 0, count: 1 << 16))
    for piece in 0..<64 { digest.update(try file.bytes(at: file.size / 64 * piece, count: 1 << 12)) }
    digest.update(try file.bytes(at: max(0, file.size - 1 << 16), count: 1 << 16))
    return digest.finish()
  }

  /// The digest of these bytes.
  package static func sha256(_ bytes: [UInt8]) -> String {
    let digest = SHA256()
    digest.update(bytes)
    return digest.finish()
  }

  /// The digest of `text` in UTF-8.
  package static func sha256(_ text: String) -> String { sha256(Array(text.utf8)) }
}

/// A SHA-256 under way.  libcrypto's calls fail only where memory ends, which is a trap in Swift as well.
package final class SHA256 {
  private let context: OpaquePointer

  package init() {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      preconditionFailure("libcrypto has no SHA-256")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  package func update(_ bytes: UnsafeRawBufferPointer) {
    let done = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    precondition(done == 1, "libcrypto refused \(bytes.count) bytes")
  }

  package func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  /// Adds what `file` holds from `offset` on.
  /// - Throws: `FileError`.
  package func update(_ file: FileReader, from offset: Int) throws {
    var offset = offset
    while true {
      let block = try file.bytes(at: offset, count: 1 << 20)
      if block.isEmpty { return }
      update(block)
      offset += block.count
    }
  }

  /// The digest of all that was given; nothing may follow.
  package func finish() -> String {
    var sum = [UInt8](repeating: 0, count: 32)
    let done = EVP_DigestFinal_ex(context, &sum, nil)
    precondition(done == 1, "libcrypto gave no digest")
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: sum.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
