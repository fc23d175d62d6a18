/// Processes that share the tiles of each batch, of which this is one.
///
/// All call the same in the same order.
package protocol TrainingRanks: AnyObject {
  /// The number of this one, from 0, and how many there are.
  var rank: Int { get }
  var count: Int { get }

  /// Gives each rank its part of `outgoing`, and takes that of each into its part of `incoming`.
  func exchange(
    _ outgoing: UnsafeMutableBufferPointer<Float>, _ parts: [Range<Int>],
    into incoming: UnsafeMutableBufferPointer<Float>, _ places: [Range<Int>]) throws
  /// Gives all ranks the parts of `numbers` that each has, one after the other; this one's is there.
  func gather(_ numbers: UnsafeMutableBufferPointer<Float>, _ parts: [Range<Int>]) throws
  /// Gives all ranks as many bytes of each.
  func gather(_ bytes: [UInt8]) throws -> [[UInt8]]
  /// Gives all ranks the elements of the first.
  func broadcast(_ elements: inout [Float]) throws
  /// Ends all processes at once, where this one can no longer do what the others wait for.
  func abort()
}

extension TrainingRanks {
  /// The places of a batch that a rank has: all have as many, or the first ones more by one.
  package func block(of rank: Int, batch: Int) -> Range<Int> {
    let (least, more) = batch.quotientAndRemainder(dividingBy: count)
    let start = rank * least + min(rank, more)
    return start..<start + least + (rank < more ? 1 : 0)
  }
}

/// What a rank tells the others beside its gradients.
package enum RankWord: Int, Sendable {
  /// Go on.
  case goOn
  /// End after this step.
  case stop
  /// It has ended for it was asked to, or for something has failed: what it gives is worth nothing.
  case interrupted, failed
}

/// Another rank has ended, and so does this one, which has nothing to say about it.
package struct RankEnded: Error, Equatable {
  /// How.
  package let word: RankWord
  /// Which.
  package let rank: Int

  package init(word: RankWord, rank: Int) { (self.word, self.rank) = (word, rank) }
}
