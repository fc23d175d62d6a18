/// The objects of a truth and of a proposal, numbered from 0 in the order of their first pixels, so that nothing that
/// follows depends on their numbers in the file; and how many pixels they share.
struct ObjectOverlaps {
  /// A true and a proposed object that share pixels.
  struct Pair {
    let truth: Int, proposal: Int, pixels: Int
  }

  /// The pixels of each true object.
  private(set) var truthAreas: [Int]
  /// The pixels of each proposed object, without those where the truth is unknown.
  private(set) var proposalAreas: [Int]
  /// The pixels of each proposed object where the truth is unknown.
  private(set) var unknownAreas: [Int]
  /// Those that share pixels, by true and then by proposed object.
  private(set) var pairs: [Pair] = []

  /// The objects of these maps: the number of its object at each pixel, 0 for none; in the truth, less than 0 is unknown.
  init(truth: [Int32], proposal: [Int32]) {
    precondition(truth.count == proposal.count, "\(truth.count) labels, \(proposal.count) pixels")
    let (truths, proposals) = (renumbered(truth), renumbered(proposal))
    truthAreas = Array(repeating: 0, count: truths.count)
    proposalAreas = Array(repeating: 0, count: proposals.count)
    unknownAreas = proposalAreas
    var shared: [SIMD2<Int32>: Int] = [:]
    var begin = 0
    while begin < truth.count {
      // Labels come in runs along a row; a run costs one look-up.
      let (object, candidate, isKnown) = (truths.ids[begin], proposals.ids[begin], truth[begin] >= 0)
      var end = begin + 1
      while end < truth.count, truths.ids[end] == object, proposals.ids[end] == candidate,
        (truth[end] >= 0) == isKnown
      { end += 1 }
      if object > 0 { truthAreas[Int(object) - 1] += end - begin }
      if candidate > 0, isKnown { proposalAreas[Int(candidate) - 1] += end - begin }
      if candidate > 0, !isKnown { unknownAreas[Int(candidate) - 1] += end - begin }
      if object > 0, candidate > 0 { shared[SIMD2(object, candidate), default: 0] += end - begin }
      begin = end
    }
    pairs = shared.map { Pair(truth: Int($0.key.x) - 1, proposal: Int($0.key.y) - 1, pixels: $0.value) }
      .sorted { ($0.truth, $0.proposal) < ($1.truth, $1.proposal) }
  }

  /// The pixels in either object of a pair.
  func union(of pair: Pair) -> Int { truthAreas[pair.truth] + proposalAreas[pair.proposal] - pair.pixels }

  /// Whether most of a proposed object lies where the truth is unknown: without a match it is no mistake.
  func isMostlyUnknown(_ proposal: Int) -> Bool { unknownAreas[proposal] > proposalAreas[proposal] }
}
