/// How a file stores a number.
struct SampleType: Equatable {
  enum Kind { case unsigned, signed, float }

  let kind: Kind
  let bits: Int

  /// The numbers that `assembly` collects.  `isSwapped`: their bytes are in the order of other machines.
  func samples(_ assembly: SampleAssembly, isSwapped: Bool) throws -> Samples {
    switch kind {
    case .unsigned: try unsigned(assembly, isSwapped)
    case .signed: try signed(assembly, isSwapped)
    case .float: try float(assembly, isSwapped)
    }
  }

  private func unsigned(_ assembly: SampleAssembly, _ isSwapped: Bool) throws -> Samples {
    switch bits {
    case 8: .uint8(try assembly.numbers(WholeNumbers(isSwapped: false)))
    case 16: .uint16(try assembly.numbers(WholeNumbers(isSwapped: isSwapped)))
    case 32: .uint32(try assembly.numbers(WholeNumbers(isSwapped: isSwapped)))
    case 64: .uint64(try assembly.numbers(WholeNumbers(isSwapped: isSwapped)))
    case ..<8: .uint8(try assembly.numbers(PackedNumbers(bits: bits)))
    default: .uint16(try assembly.numbers(PackedNumbers(bits: bits)))
    }
  }

  private func signed(_ assembly: SampleAssembly, _ isSwapped: Bool) throws -> Samples {
    switch bits {
    case 8: .int8(try assembly.numbers(WholeNumbers(isSwapped: false)))
    case 16: .int16(try assembly.numbers(WholeNumbers(isSwapped: isSwapped)))
    case 32: .int32(try assembly.numbers(WholeNumbers(isSwapped: isSwapped)))
    case 64: .int64(try assembly.numbers(WholeNumbers(isSwapped: isSwapped)))
    case ..<8: .int8(try assembly.numbers(PackedNumbers(bits: bits)))
    default: .int16(try assembly.numbers(PackedNumbers(bits: bits)))
    }
  }

  private func float(_ assembly: SampleAssembly, _ isSwapped: Bool) throws -> Samples {
    switch bits {
    case 16: .float(try assembly.numbers(HalfFloats(isSwapped: isSwapped)))
    case 32: .float(try assembly.numbers(RealNumbers<Float, UInt32>(isSwapped: isSwapped)))
    default: .double(try assembly.numbers(RealNumbers<Double, UInt64>(isSwapped: isSwapped)))
    }
  }
}
