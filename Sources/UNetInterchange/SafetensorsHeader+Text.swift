import UNetNumerics

extension SafetensorsHeader {
  /// The header of F32 tensors that follow one another in this order, in JSON with sorted metadata, padded so
  /// that the tensors begin at a multiple of eight bytes.
  static func text(metadata: [String: String], shapes: [(name: String, shape: Shape)]) -> [UInt8] {
    var fields: [String] = []
    if !metadata.isEmpty {
      let pairs = sorted(metadata).map { "\(quoted($0.key)):\(quoted($0.value))" }
      fields.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var end = 0
    for (name, shape) in shapes {
      let begin = end
      end += 4 * shape.count
      let extents = shape.extents.map(String.init).joined(separator: ",")
      fields.append(
        "\(quoted(name)):{\"dtype\":\"F32\",\"shape\":[\(extents)],\"data_offsets\":[\(begin),\(end)]}")
    }
    let json = Array("{\(fields.joined(separator: ","))}".utf8)
    return json + [UInt8](repeating: UInt8(ascii: " "), count: (8 - json.count % 8) % 8)
  }

  /// Metadata in the order of their keys' bytes.
  static func sorted(_ metadata: [String: String]) -> [(key: String, value: String)] {
    metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
  }

  /// `text` as a JSON string (RFC 8259, section 7).
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
