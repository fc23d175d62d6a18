/// Adds the gradients of a batch whose tiles several ranks have computed, in the order of the batch's tree.
///
/// The numbers are divided into a part for each rank.  A rank gets its part of the nodes that each of the others has, adds them, and gives
/// the sum to all: of N ranks with a node each, every one sends and receives 2 (N - 1) / N of the numbers.
final class BatchExchange {
  private let ranks: any TrainingRanks
  /// The nodes of each rank.
  private let nodes: [[BatchTree.Node]]
  /// What the others give of this rank's part, by rank and node.
  private var incoming: [Float] = []

  /// Of the batches of `ranks`.
  init(_ ranks: any TrainingRanks, batch: Int) {
    self.ranks = ranks
    nodes = (0..<ranks.count).map { BatchTree(ranks.block(of: $0, batch: batch)).nodes }
  }

  /// Tells the others whether there are gradients to add, and hears the same of them.
  /// - Throws: `RankEnded` where another rank has none; the errors of the ranks.
  /// - Returns: whether a rank asks to stop after this step.
  func meet(_ word: RankWord) throws -> Bool {
    let words = try ranks.gather([UInt8(word.rawValue)]).map { RankWord(rawValue: Int($0[0])) ?? .failed }
    guard word.hasGradients else { return true }
    if let rank = words.firstIndex(where: { !$0.hasGradients }) {
      throw RankEnded(word: words[rank], rank: rank)
    }
    return words.contains(.stop)
  }

  /// Adds the nodes of all ranks; `own` are those of this one, in whose last place the sum is written.
  /// - Throws: the errors of the ranks.
  func add(_ own: [UnsafeMutableBufferPointer<Float>]) throws {
    let count = own[0].count
    let parts = (0..<ranks.count).map { count * $0 / ranks.count..<count * ($0 + 1) / ranks.count }
    let mine = parts[ranks.rank]
    let most = nodes.map(\.count).max() ?? 0
    if incoming.isEmpty { incoming = [Float](repeating: 0, count: ranks.count * most * mine.count) }
    try incoming.withUnsafeMutableBufferPointer { incoming in
      func received(_ rank: Int, _ node: Int) -> Range<Int> {
        let start = (rank * most + node) * mine.count
        return start..<start + mine.count
      }
      for node in 0..<most {
        let isSent = node < own.count
        try ranks.exchange(
          isSent ? own[node] : own[0],
          parts.enumerated().map { rank, part in
            isSent && rank != ranks.rank ? part : part.lowerBound..<part.lowerBound
          }, into: incoming,
          nodes.enumerated().map { rank, nodes in
            let place = received(rank, node)
            return node < nodes.count && rank != ranks.rank ? place : place.lowerBound..<place.lowerBound
          })
      }
      let all = nodes.enumerated().flatMap { rank, nodes in
        nodes.enumerated().map { at, node -> TreeSum.Part in
          (node, .init(rebasing: rank == ranks.rank ? own[at][mine] : incoming[received(rank, at)]))
        }
      }
      TreeSum(to: .init(rebasing: own[own.count - 1][mine])).add(all)
    }
    try ranks.gather(own[own.count - 1], parts)
  }
}

extension RankWord {
  fileprivate var hasGradients: Bool { self == .goOn || self == .stop }
}

/// Adds the nodes of a tree: each sum is written in the place of its first term, the last one in `target`.
private struct TreeSum {
  typealias Numbers = UnsafeMutableBufferPointer<Float>
  typealias Part = (node: BatchTree.Node, numbers: Numbers)
  private let target: Numbers
  private var waiting: [Part] = []

  init(to target: Numbers) { self.target = target }

  /// Two nodes or more, in the order of their places.
  consuming func add(_ parts: [Part]) {
    for (at, part) in parts.enumerated() {
      waiting.append(part)
      while waiting.count > 1, waiting[waiting.count - 2].node.isLeft(of: waiting[waiting.count - 1].node) {
        join(isLast: at + 1 == parts.count)
      }
    }
    while waiting.count > 1 { join(isLast: true) }
  }

  private mutating func join(isLast: Bool) {
    let (last, first) = (waiting.removeLast(), waiting.removeLast())
    let sum = isLast && waiting.isEmpty ? target : first.numbers
    for i in sum.indices { sum[i] = first.numbers[i] + last.numbers[i] }
    waiting.append((.init(start: first.node.start, count: first.node.count + last.node.count), sum))
  }
}
