import Foundation
import Synchronization
import UNetConfiguration
import UNetExperiments
import UNetFiles
import UNetRanks
import UNetVersion

/// The process as one of several that `mpirun` or `srun` has started together.
enum RankedProcess {
  /// What it and the others are, once it has joined them; used on the main thread alone.
  nonisolated(unsafe) private static var joined: (ranks: Ranks, met: MetRanks)?
  private static let started = RankStart(ProcessInfo.processInfo.environment)

  /// Joins the others; nil where there are none.
  /// - Throws: `RanksError`.
  static func start() throws -> Ranks? {
    guard let started else { return nil }
    let ranks = try Ranks(started)
    joined = (ranks, MetRanks(ranks, program: "\(Version.number) \(Version.commit())"))
    // One of them tells what all do.
    if ranks.rank > 0 { Verbosity.silence() }
    return ranks
  }

  /// What it shares with the others, once it has joined them.
  static var met: MetRanks? { joined?.met }

  /// Whether this process says of an error what all may have to say.
  static func says(_ words: String, _ error: any Error) -> Bool {
    // What keeps it from the others may be wrong on its computer alone.
    joined?.met.fail(words) ?? ((started?.rank ?? 0) == 0 || error is RanksError)
  }

  /// What an error of this process begins with.
  static var name: String {
    let rank = joined?.ranks.rank ?? started?.rank ?? 0
    return rank > 0 ? "rank \(rank): " : ""
  }

  /// Leaves the others before the process ends.
  static func end() {
    if joined?.met.isBroken == true { joined?.ranks.abort() }
    // Whoever ends before the meeting tells the others that it does.
    _ = joined?.met.fail("")
    joined?.ranks.end()
    joined = nil
  }

  /// Makes sure that a verb of which each process would do the same work is not started several times together.
  static func checkAlone(_ verb: String) throws {
    guard let started, !["train", "segment", "devices", "doctor", "help"].contains(verb) else { return }
    throw ConfigurationError(
      verb,
      "was started \(started.count) times together, and each would do the same: start it once; `unet train` and `unet segment` share their work"
    )
  }
}
