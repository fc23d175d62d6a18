import UNetFiles

/// The SHA-256 of a `safetensors` file's metadata and tensors in these metadata, by which damage is seen.
///
/// It is that of each other key and its value, in the order of the keys' bytes and each with a byte of 0 behind it, then of what
/// `NamedTensors.digest` takes: another program may write the same in another order.
package enum Seal {
  /// Its key in the metadata.
  package static let key = "swift-unet.sha256"
  /// Whether a key is this one with a byte or two damaged, and not the digest taken away on purpose.
  static func isDamaged(_ key: String) -> Bool {
    key != Self.key && key.utf8.count == Self.key.utf8.count
      && zip(key.utf8, Self.key.utf8).count { $0 != $1 } <= 2
  }

  static let blank = String(repeating: "0", count: 64)

  /// A digest that has taken the metadata.
  static func begun(_ metadata: [String: String]) -> SHA256 {
    let digest = SHA256()
    for (key, value) in SafetensorsHeader.sorted(metadata) where key != Self.key {
      digest.update(Array(key.utf8) + [0] + Array(value.utf8) + [0])
    }
    return digest
  }

  /// Where the 64 digits stand in a header's text.
  static func place(in header: [UInt8]) -> Int? { header.firstRange(of: "\"\(key)\":\"".utf8)?.upperBound }
}
