import Glibc
import UNetNumerics
import UNetRuntime

/// Room for floats in this computer's memory, aligned to 64 bytes and freed with the last reference.
///
/// Unchecked: the backend's work runs in the order of its calls, and the threads of one operation write disjoint parts.
package final class HostBuffer: @unchecked Sendable {
  /// The first of `count` floats.
  let floats: UnsafeMutablePointer<Float>
  /// The floats there is room for.
  package let count: Int
  private let owner: Owner

  private enum Owner {
    case itself(Ledger)
    case other(HostBuffer)
  }

  /// `count` floats of `other` from `offset` on.
  init(partOf other: HostBuffer, from offset: Int, count: Int) {
    precondition(
      offset + count <= other.count, "a part of \(count) floats from \(offset) on of \(other.count)")
    (floats, self.count, owner) = (other.floats + offset, count, .other(other))
  }

  /// Room for `count` floats, noted in `ledger`.
  init(count: Int, in ledger: Ledger) throws {
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    var memory: UnsafeMutableRawPointer?
    let isLarge = bytes >= 2 * HostMemory.largePage
    let alignment = isLarge ? HostMemory.largePage : HostBuffer.alignment
    guard posix_memalign(&memory, alignment, bytes) == 0, let memory else {
      throw CPUError.outOfMemory(bytes: bytes)
    }
    if isLarge { HostMemory.preferLargePages(memory, bytes: bytes) }
    (floats, self.count, owner) = (
      memory.bindMemory(to: Float.self, capacity: max(count, 1)), count, .itself(ledger)
    )
    ledger.add(bytes)
  }

  deinit {
    guard case .itself(let ledger) = owner else { return }
    ledger.add(-max(count, 1) * MemoryLayout<Float>.stride)
    free(floats)
  }

  /// A cache line, and the widest vector.
  private static let alignment = 64
}

/// Room that operations use while they run and share, as one runs at a time: as large as the largest asked for.
final class HostScratch {
  private let ledger: Ledger
  private var buffer: HostBuffer?

  /// None yet.
  init(in ledger: Ledger) { self.ledger = ledger }

  /// Makes sure of room for `count` floats from now on.
  func reserve(_ count: Int) throws {
    guard count > buffer?.count ?? 0 else { return }
    buffer = nil
    buffer = try HostBuffer(count: count, in: ledger)
  }

  /// The first float of what was reserved.
  var floats: UnsafeMutablePointer<Float> {
    guard let buffer else { preconditionFailure("scratch used before it was reserved") }
    return buffer.floats
  }
}
