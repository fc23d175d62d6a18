import CUNetVector

/// An instruction set for the innermost loops.  All give the same bits.
package enum InstructionSet: String, CaseIterable, Sendable {
  /// x86-64 with AVX-512.
  case avx512
  /// x86-64 with AVX2 and FMA.
  case avx2
  /// What every processor of the architecture has; on x86-64 without fused multiply-add, so slow.
  case baseline

  /// Those that this processor has, the fastest first.
  package static var available: [InstructionSet] { allCases.filter { unet_vector_level($0.rawValue) != nil } }

  /// Whether this processor multiplies and adds in one instruction.
  package static var isFast: Bool { (try? available[0].loops())?.fuses == 1 }

  /// Its loops.
  /// - Throws: `CPUError` where the processor lacks the instructions.
  func loops() throws -> UNetVectorLevel {
    guard let table = unet_vector_level(rawValue) else { throw CPUError.instructionSetMissing(self) }
    return table.pointee
  }

  /// The one that `name` names.
  /// - Throws: `CPUError` where it names none.
  package static func named(_ name: String) throws -> InstructionSet {
    guard let named = InstructionSet(rawValue: name) else { throw CPUError.instructionSetUnknown(name) }
    return named
  }
}

/// What the CPU backend cannot do.
package enum CPUError: Error, Equatable, CustomStringConvertible {
  /// A word that names no instruction set.
  case instructionSetUnknown(String)
  /// The processor lacks these instructions.
  case instructionSetMissing(InstructionSet)
  /// The system has no room for so many bytes.
  case outOfMemory(bytes: Int)

  /// One sentence with the remedy.
  package var description: String {
    let available = InstructionSet.available.map(\.rawValue).joined(separator: ", ")
    switch self {
    case .instructionSetUnknown(let name):
      return "'\(name)' names no instruction set; choose one of \(available)"
    case .instructionSetMissing(let missing):
      return "this processor lacks the instructions of \(missing.rawValue); choose one of \(available)"
    case .outOfMemory(let bytes):
      return "no memory for a buffer of \(bytes) bytes; choose a smaller tile or a narrower network"
    }
  }
}
