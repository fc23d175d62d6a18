/// The numbers of a file, as bytes in this machine's order, and the `Float`s of an `Image`.
extension Image.Format {
  /// The size of a stored value.
  var bits: Int {
    switch self {
    case .uint8: 8
    case .uint16: 16
    case .float32: 32
    }
  }

  /// The bytes of `values`, rounded to the nearest whole number and limited to the format's range; NaN becomes 0.
  func bytes(_ values: [Float]) -> [UInt8] {
    func limited(_ x: Float, _ largest: Float) -> Float {
      x > 0 ? min(x, largest).rounded(.toNearestOrEven) : 0
    }
    return switch self {
    case .uint8: values.map { UInt8(limited($0, 255)) }
    case .uint16: values.map { UInt16(limited($0, 65535)) }.withUnsafeBytes(Array.init)
    case .float32: values.withUnsafeBytes(Array.init)
    }
  }
}
