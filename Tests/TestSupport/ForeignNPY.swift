/// NPY files as NumPy writes them, byte by byte.
package enum ForeignNPY {
  /// An array of this type, such as `<u2`, whose numbers are these, or bit patterns, in the order of the file.
  package static func file<Number: BinaryInteger>(
    _ type: String, shape: [Int], isFortran: Bool = false, _ numbers: [Number]
  ) -> [UInt8] {
    let size = Int(type.dropFirst(2)) ?? 1
    return file(header: header(type, shape: shape, isFortran: isFortran))
      + numbers.flatMap { number -> [UInt8] in
        let bits = UInt64(truncatingIfNeeded: number)
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: bits >> UInt64(8 * $0)) }
        return type.hasPrefix(">") ? bytes.reversed() : bytes
      }
  }

  /// The text that says what follows.
  package static func header(_ type: String, shape: [Int], isFortran: Bool = false) -> String {
    let sides = shape.count == 1 ? "(\(shape[0]),)" : "(\(shape.map { "\($0)" }.joined(separator: ", ")))"
    return "{'descr': '\(type)', 'fortran_order': \(isFortran ? "True" : "False"), 'shape': \(sides), }"
  }

  /// The beginning of a file, with a header of any text, filled up to 64 bytes.
  package static func file(header: String) -> [UInt8] {
    let length = (10 + header.utf8.count + 64) / 64 * 64 - 10
    let text = Array(header.utf8) + [UInt8](repeating: 0x20, count: length - header.utf8.count - 1) + [0x0A]
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)] + text
  }
}
