import CRanks
import UNetTraining

/// The processes that `mpirun` or `srun` has started together, each a rank.
///
/// The MPI library is opened when it is needed: one binary runs with each, and without any.  Its functions are called on one thread.
package final class Ranks: TrainingRanks, @unchecked Sendable {
  /// The number of this process, from 0, and how many there are.
  package let rank: Int, count: Int
  /// The number among those of this computer.
  package let localRank: Int

  /// Joins the others by the first of `libraries` that there is.
  /// - Throws: `RanksError`.
  package init(_ start: RankStart) throws {
    var problems: [String] = []
    let name = start.libraries.first { name in
      if ranksOpen(name) == 0 { return true }
      problems.append(String(cString: ranksProblem()))
      return false
    }
    guard name != nil else { throw RanksError(start.noLibrary(problems)) }
    var place = RankPlace()
    try checked(ranksBegin(&place))
    (rank, count) = (Int(place.rank), Int(place.count))
    localRank = Int(place.localRank)
    guard count == start.count else {
      throw RanksError(
        "\(start.count) processes were started together, and \(Self.library) sees \(count): name the MPI library of the launcher in "
          + "\(RankStart.variable), such as libmpi.so.40 (Open MPI) or libmpich.so.12 (MPICH)")
    }
  }

  /// The MPI library that a process of this `environment` would use, by its name and in its own words; nil where there is none.
  package static func installed(_ environment: [String: String]) -> (name: String, words: String)? {
    guard let name = RankStart.libraries(environment).first(where: { ranksOpen($0) == 0 }) else { return nil }
    return (name, library)
  }

  /// The open MPI library, in its own words.
  private static var library: String {
    let words = String(cString: ranksLibrary())
    return words.split(whereSeparator: { $0.isNewline || $0 == "," }).first.map(String.init) ?? ""
  }

  /// Leaves, when all do.
  package func end() { _ = ranksEnd() }

  /// Ends all processes at once.
  package func abort() { ranksAbort(1) }

  package func exchange(
    _ outgoing: UnsafeMutableBufferPointer<Float>, _ parts: [Range<Int>],
    into incoming: UnsafeMutableBufferPointer<Float>, _ places: [Range<Int>]
  ) throws {
    try checked(
      ranksExchange(
        outgoing.baseAddress, parts.counts, parts.starts, incoming.baseAddress, places.counts, places.starts))
  }

  package func gather(_ numbers: UnsafeMutableBufferPointer<Float>, _ parts: [Range<Int>]) throws {
    try checked(ranksGather(numbers.baseAddress, parts.counts, parts.starts))
  }

  package func gather(_ bytes: [UInt8]) throws -> [[UInt8]] {
    var all = [UInt8](repeating: 0, count: bytes.count * count)
    try checked(ranksGatherBytes(bytes, Int32(bytes.count), &all))
    return (0..<count).map { Array(all[$0 * bytes.count..<($0 + 1) * bytes.count]) }
  }

  package func broadcast(_ elements: inout [Float]) throws {
    let bytes = elements.count * MemoryLayout<Float>.stride
    try checked(elements.withUnsafeMutableBytes { ranksBroadcast($0.baseAddress, Int32(bytes)) })
  }
}

private func checked(_ status: RankStatus) throws {
  guard status == 0 else { throw RanksError("ranks: \(String(cString: ranksProblem()))") }
}

extension [Range<Int>] {
  fileprivate var counts: [Int32] { map { Int32($0.count) } }
  fileprivate var starts: [Int32] { map { Int32($0.lowerBound) } }
}

/// Processes that cannot work together.
package struct RanksError: Error, CustomStringConvertible {
  /// One line with the remedy.
  package let description: String

  /// An error in these words.
  package init(_ description: String) { self.description = description }
}
