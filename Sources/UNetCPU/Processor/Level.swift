import CUNetVector

/// An instruction set for the innermost loops.  All give the same bits.
package enum Level: String, CaseIterable, Sendable {
  /// x86-64 with AVX-512.
  case avx512
  /// x86-64 with AVX2 and FMA.
  case avx2
  /// What every processor of the architecture has; on x86-64 without fused multiply-add, so slow.
  case baseline

  /// The levels that this processor has, the fastest first.
  package static var available: [Level] { allCases.filter { unet_vector_level($0.rawValue) != nil } }

  /// Its loops.
  /// - Throws: `CPUError` where the processor lacks the instructions.
  func loops() throws -> UNetVectorLevel {
    guard let table = unet_vector_level(rawValue) else { throw CPUError.levelMissing(self) }
    return table.pointee
  }

  /// The level that `name` names.
  /// - Throws: `CPUError` where it names none.
  package static func named(_ name: String) throws -> Level {
    guard let level = Level(rawValue: name) else { throw CPUError.levelUnknown(name) }
    return level
  }
}

/// What the CPU backend cannot do.
package enum CPUError: Error, Equatable, CustomStringConvertible {
  /// A word that names no level.
  case levelUnknown(String)
  /// The processor lacks the instructions of this level.
  case levelMissing(Level)
  /// The system has no room for so many bytes.
  case outOfMemory(bytes: Int)

  /// One sentence with the remedy.
  package var description: String {
    let levels = Level.available.map(\.rawValue).joined(separator: ", ")
    switch self {
    case .levelUnknown(let name):
      return "'\(name)' names no instruction set; choose one of \(levels)"
    case .levelMissing(let level):
      return "this processor lacks the instructions of \(level.rawValue); choose one of \(levels)"
    case .outOfMemory(let bytes):
      return "no memory for a buffer of \(bytes) bytes; choose a smaller tile or a narrower network"
    }
  }
}
