/// Takes numbers out of a row of bytes as a file has them.
protocol SampleReader {
  associatedtype Value: StoredSample
  /// Whether the bytes of a row are the values as they stand in memory.
  var isPlain: Bool { get }
  /// The number at `index` of a row.
  func value(_ row: UnsafeRawPointer, _ index: Int) -> Value
}

/// Numbers of whole bytes.
struct WholeNumbers<Value: StoredSample & FixedWidthInteger>: SampleReader {
  /// Whether the bytes are in the order of other machines.
  let isSwapped: Bool
  var isPlain: Bool { !isSwapped || MemoryLayout<Value>.size == 1 }

  func value(_ row: UnsafeRawPointer, _ index: Int) -> Value {
    let value = row.loadUnaligned(fromByteOffset: index * MemoryLayout<Value>.size, as: Value.self)
    return isSwapped ? value.byteSwapped : value
  }
}

/// Single and double precision.
struct RealNumbers<Value: StoredSample & BinaryFloatingPoint, Bits: FixedWidthInteger & BitwiseCopyable>:
  SampleReader
{
  let isSwapped: Bool
  var isPlain: Bool { !isSwapped }

  func value(_ row: UnsafeRawPointer, _ index: Int) -> Value {
    let bits = row.loadUnaligned(fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
    return unsafeBitCast(isSwapped ? bits.byteSwapped : bits, to: Value.self)
  }
}

/// Half precision, which single precision holds exactly.
struct HalfFloats: SampleReader {
  let isSwapped: Bool
  var isPlain: Bool { false }

  func value(_ row: UnsafeRawPointer, _ index: Int) -> Float {
    let bits = row.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)
    return Float(Float16(bitPattern: isSwapped ? bits.byteSwapped : bits))
  }
}

/// Numbers of any count of bits, the highest first, without a gap in a row.
struct PackedNumbers<Value: StoredSample & FixedWidthInteger>: SampleReader {
  let bits: Int
  var isPlain: Bool { false }

  func value(_ row: UnsafeRawPointer, _ index: Int) -> Value {
    let first = index * bits
    var value: UInt64 = 0
    var taken = 0
    while taken < bits {
      let at = first + taken
      let byte = UInt64(row.load(fromByteOffset: at / 8, as: UInt8.self))
      let count = min(8 - at % 8, bits - taken)
      value = value << UInt64(count) | byte >> UInt64(8 - at % 8 - count) & (1 << UInt64(count) - 1)
      taken += count
    }
    return Value.isSigned ? extended(value) : Value(truncatingIfNeeded: value)
  }

  /// The highest bit is the sign.
  private func extended(_ value: UInt64) -> Value {
    let shift = UInt64(64 - bits)
    return Value(truncatingIfNeeded: Int64(bitPattern: value << shift) >> Int64(shift))
  }
}
