import UNetConfiguration
import UNetFiles
import UNetNumerics
import UNetRuntime
import UNetTraining
import UNetWork

/// Processes that are about to train together, and make sure that they do the same.
package final class MetRanks {
  /// The processes.
  package let ranks: any TrainingRanks
  /// The program, with its version.
  private let program: String
  private var haveMet = false
  /// Whether the others wait in vain, so that all must be ended.
  package fileprivate(set) var isBroken = false

  /// These, each with the program that it runs.
  package init(_ ranks: any TrainingRanks, program: String) { (self.ranks, self.program) = (ranks, program) }

  /// Tells the others that this rank does nothing, and why, unless they have met before.
  /// - Returns: whether to say so, since the first rank does not say the same.
  package func fail(_ words: String) -> Bool {
    guard !haveMet else { return true }
    guard let heard = try? gather([Digest.sha256(words)], fails: true) else { return true }
    return ranks.rank == 0 || heard[0] != heard[ranks.rank]
  }

  private func gather(_ digests: [String], fails: Bool) throws -> [[UInt8]] {
    haveMet = true
    let told = [fails ? 0 : 1] + digests.joined().utf8
    return try ranks.gather(told + [UInt8](repeating: 0, count: 193 - told.count))
  }

  /// Tells the others what this rank is about to do, and hears the same of them.
  /// - Throws: `ConfigurationError` on the first rank where another is about to do something else; `RankEnded` where another does
  ///   nothing; the errors of the ranks.
  package func meet(_ facts: RankFacts) throws {
    let heard = try gather([Digest.sha256(program), facts.work, facts.data], fails: false)
    if let rank = heard.firstIndex(where: { $0[0] == 0 }) { throw RankEnded(word: .failed, rank: rank) }
    for (rank, other) in heard.enumerated() {
      for (place, words) in (["another program"] + facts.words).enumerated() {
        let range = 1 + 64 * place..<65 + 64 * place
        guard other[range] != heard[0][range] else { continue }
        guard ranks.rank == 0 else { throw RankEnded(word: .failed, rank: 0) }
        throw ConfigurationError(
          "rank \(rank)", "has \(words) than rank 0: start all with the same program, options and data")
      }
    }
  }
}

/// What ranks must have in common, as SHA-256s.
package struct RankFacts {
  let work: String, data: String
  /// What is said where they differ.
  let words: [String]

  /// Of these digests, and in these words where one differs.
  package init(work: String, data: String, words: [String]) {
    (self.work, self.data, self.words) = (work, data, words)
  }

  init(_ data: TrainingData) {
    self.init(
      work: data.experiment.hash,
      data: Digest.sha256((data.trained.entries + data.noted.entries).map(\.content).joined(separator: "\n")),
      words: ["another experiment", "other images or labels"])
  }
}

extension MetRanks {
  /// Ends all ranks where this one ends: the others wait for it.
  package func breakOff() { isBroken = true }

  /// Lets the other ranks go, who wait for the next step, where this one ends with an error; where they wait for what it can no longer give,
  /// all are to be ended.
  func release<B: Backend>(_ trainer: Trainer<B>, after error: any Error, of steps: Int) {
    guard !trainer.haveOthersLeft else { return }
    guard !trainer.isStuck else { return isBroken = true }
    guard trainer.step < steps else { return }
    do { try trainer.leave(error is Interrupted ? .interrupted : .failed) } catch { isBroken = true }
  }
}
