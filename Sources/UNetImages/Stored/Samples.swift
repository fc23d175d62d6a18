/// The numbers of a page in the type that stores them, `[H, W, C]`.
package enum Samples: Sendable, Equatable {
  /// Whole numbers of up to 8 bits; those of 1, 2 and 4 bits as they are, not spread over 0...255.
  case uint8([UInt8])
  /// Of 9 to 16 bits.
  case uint16([UInt16])
  /// Of 17 to 32 bits.
  case uint32([UInt32])
  /// Of 33 to 64 bits.
  case uint64([UInt64])
  /// Signed whole numbers of up to 8 bits.
  case int8([Int8])
  /// Of 9 to 16 bits.
  case int16([Int16])
  /// Of 17 to 32 bits.
  case int32([Int32])
  /// Of 33 to 64 bits.
  case int64([Int64])
  /// Half and single precision.
  case float([Float])
  /// Double precision.
  case double([Double])

  /// What `work` makes of the numbers: one loop for all types, compiled for each.
  func given<Work: SampleWork>(to work: Work) throws -> Work.Result {
    switch self {
    case .uint8(let values): try work.result(of: values)
    case .uint16(let values): try work.result(of: values)
    case .uint32(let values): try work.result(of: values)
    case .uint64(let values): try work.result(of: values)
    case .int8(let values): try work.result(of: values)
    case .int16(let values): try work.result(of: values)
    case .int32(let values): try work.result(of: values)
    case .int64(let values): try work.result(of: values)
    case .float(let values): try work.result(of: values)
    case .double(let values): try work.result(of: values)
    }
  }
}

/// A loop over numbers of any type that a file stores.
protocol SampleWork {
  associatedtype Result
  func result<Value: StoredSample>(of values: [Value]) throws -> Result
}

/// A type of numbers that a page holds.
protocol StoredSample: Comparable, Sendable, BitwiseCopyable {
  static func samples(_ values: [Self]) -> Samples
  static var zero: Self { get }
  /// The nearest `Float`.
  var float: Float { get }
  /// Up to which number every whole one is kept apart, of those that labels may have.
  static var largestLabel: UInt32 { get }
  /// The number as a label: nil unless it is whole, from 0 to `largestLabel`.
  var label: UInt32? { get }
  /// Whether it is a whole number.
  var isWhole: Bool { get }
}

extension StoredSample where Self: BinaryInteger {
  static var largestLabel: UInt32 { .max }
  var float: Float { Float(self) }
  var label: UInt32? { UInt32(exactly: self) }
  var isWhole: Bool { true }
}

extension StoredSample where Self: BinaryFloatingPoint {
  static var largestLabel: UInt32 { significandBitCount < 32 ? 1 << (significandBitCount + 1) : .max }
  var float: Float { Float(self) }
  var label: UInt32? { self <= Self(Self.largestLabel) ? UInt32(exactly: self) : nil }
  var isWhole: Bool { rounded() == self }
}

extension UInt8: StoredSample { static func samples(_ values: [Self]) -> Samples { .uint8(values) } }
extension UInt16: StoredSample { static func samples(_ values: [Self]) -> Samples { .uint16(values) } }
extension UInt32: StoredSample { static func samples(_ values: [Self]) -> Samples { .uint32(values) } }
extension UInt64: StoredSample { static func samples(_ values: [Self]) -> Samples { .uint64(values) } }
extension Int8: StoredSample { static func samples(_ values: [Self]) -> Samples { .int8(values) } }
extension Int16: StoredSample { static func samples(_ values: [Self]) -> Samples { .int16(values) } }
extension Int32: StoredSample { static func samples(_ values: [Self]) -> Samples { .int32(values) } }
extension Int64: StoredSample { static func samples(_ values: [Self]) -> Samples { .int64(values) } }
extension Float: StoredSample { static func samples(_ values: [Self]) -> Samples { .float(values) } }
extension Double: StoredSample { static func samples(_ values: [Self]) -> Samples { .double(values) } }
