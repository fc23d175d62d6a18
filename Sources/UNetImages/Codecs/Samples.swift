/// The numbers of a file, as bytes in this machine's order, and the `Float`s of an `Image`.

/// `count` values of `format` as floats, exactly.
func floats(_ bytes: UnsafeRawBufferPointer, _ format: Image.Format, count: Int) -> [Float] {
  switch format {
  case .uint8: bytes.prefix(count).map(Float.init)
  case .uint16: (0..<count).map { Float(bytes.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self)) }
  case .float32: (0..<count).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
  }
}

/// The bytes of `values` in `format`, rounded to the nearest whole number and limited to its range.
func bytes(_ values: [Float], _ format: Image.Format) -> [UInt8] {
  switch format {
  case .uint8: values.map { UInt8(limited($0, 255)) }
  case .uint16: values.map { UInt16(limited($0, 65535)) }.withUnsafeBytes(Array.init)
  case .float32: values.withUnsafeBytes(Array.init)
  }
}

/// NaN becomes 0.
private func limited(_ x: Float, _ white: Float) -> Float {
  x > 0 ? min(x, white).rounded(.toNearestOrEven) : 0
}

extension Image.Format {
  /// The size of a stored value.
  var bits: Int {
    switch self {
    case .uint8: 8
    case .uint16: 16
    case .float32: 32
    }
  }
}
