/// A pair that may be made of a true and a proposed object, and what it is worth.
struct WeightedPair {
  let truth: Int, proposal: Int
  /// More than 0, less than 2^61.
  let weight: Int
}

/// The pairs of the greatest total weight in which each true and each proposed object occurs at most once; the proposed
/// object of each true one, `nil` for none.
///
/// By shortest augmenting paths with prices (H. W. Kuhn, "The Hungarian method for the assignment problem", Naval Research
/// Logistics Quarterly 2, 1955; J. Edmonds and R. M. Karp, Journal of the ACM 19, 1972): true objects enter one after the
/// other, each by the path of pairs to be undone and made that loses least.  A path ends at a proposed object that is free,
/// or at a true one that is better left without.
func assignment(_ pairs: [WeightedPair], truths: Int, proposals: Int) -> [Int?] {
  var search = AssignmentSearch(pairs, truths: truths, proposals: proposals)
  for truth in 0..<truths { search.enter(truth) }
  return search.proposalOf
}

private struct AssignmentSearch {
  /// The partner of each object so far.
  private(set) var proposalOf: [Int?]
  private var truthOf: [Int?]
  /// Prices: the sum of those of a pair is never less than its weight, and equal for pairs that are made; an object
  /// without a partner has 0.
  private var truthPrices: [Int], proposalPrices: [Int]
  private let pairsOf: [[WeightedPair]]

  init(_ pairs: [WeightedPair], truths: Int, proposals: Int) {
    var pairsOf = [[WeightedPair]](repeating: [], count: truths)
    for pair in pairs { pairsOf[pair.truth].append(pair) }
    self.pairsOf = pairsOf
    (proposalOf, truthOf) = (Array(repeating: nil, count: truths), Array(repeating: nil, count: proposals))
    truthPrices = pairsOf.map { $0.map(\.weight).max() ?? 0 }
    proposalPrices = Array(repeating: 0, count: proposals)
  }

  /// What is known of the ways from the true object that enters.
  private struct Ways {
    /// True objects reached, and proposed ones with a partner that were passed: what is lost on the way there.
    var truths: [Int: Int] = [:], passed: [Int: Int] = [:]
    /// Proposed objects seen and not yet passed, with the least loss.
    var open: [Int: Int] = [:]
    /// The true object before each proposed one.
    var before: [Int: Int] = [:]
    /// The end that loses least so far: a free proposed object after a true one, or a true one left without.
    var end: (loss: Int, truth: Int, proposal: Int?)
  }

  mutating func enter(_ truth: Int) {
    var ways = Ways(end: (truthPrices[truth], truth, nil))
    var next: (truth: Int, loss: Int)? = (truth, 0)
    while let at = next {
      look(from: at.truth, at.loss, &ways)
      next = pass(&ways)
    }
    let loss = ways.end.loss
    for (truth, own) in ways.truths where own < loss { truthPrices[truth] -= loss - own }
    for (proposal, own) in ways.passed where own < loss { proposalPrices[proposal] += loss - own }
    exchange(from: truth, ways)
  }

  /// Notes where the pairs of a true object lead.
  private func look(from truth: Int, _ loss: Int, _ ways: inout Ways) {
    ways.truths[truth] = loss
    if loss + truthPrices[truth] < ways.end.loss { ways.end = (loss + truthPrices[truth], truth, nil) }
    for pair in pairsOf[truth] where ways.passed[pair.proposal] == nil {
      let there = loss + truthPrices[truth] + proposalPrices[pair.proposal] - pair.weight
      guard there < ways.end.loss, there < ways.open[pair.proposal] ?? .max else { continue }
      (ways.open[pair.proposal], ways.before[pair.proposal]) = (there, truth)
    }
  }

  /// Passes the nearest open object, to its partner; nil at the end of the search.
  private func pass(_ ways: inout Ways) -> (truth: Int, loss: Int)? {
    let nearest = ways.open.min { ($0.value, $0.key) < ($1.value, $1.key) }
    guard let (proposal, loss) = nearest, loss < ways.end.loss, let before = ways.before[proposal] else {
      return nil
    }
    guard let holder = truthOf[proposal] else {
      ways.end = (loss, before, proposal)
      return nil
    }
    ways.open[proposal] = nil
    ways.passed[proposal] = loss
    return (holder, loss)
  }

  /// Makes and undoes the pairs of the way back from its end.
  private mutating func exchange(from start: Int, _ ways: Ways) {
    var (truth, proposal) = (ways.end.truth, ways.end.proposal)
    while true {
      let freed = proposalOf[truth]
      proposalOf[truth] = proposal
      if let proposal { truthOf[proposal] = truth }
      guard truth != start, let freed, let before = ways.before[freed] else { return }
      (truth, proposal) = (before, freed)
    }
  }
}
