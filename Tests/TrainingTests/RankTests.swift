import Foundation
import Testing
import UNetCPU
import UNetData
import UNetGraph
import UNetNetworks
import UNetNumerics
import UNetRuntime
import UNetTraining

/// Threads that share the tiles of each batch, as processes do under MPI.
@Suite struct RankTests {
  private static let tile: Shape = [1, 44, 44, 1]
  private static let settings = OptimizerSettings(rate: 0.003, momentum: 0.9, weightDecay: 0.001)

  @Sendable private static func sample(_ number: Int) -> Sample {
    let stream = RandomStream(seed: 2, stream: 5)
    return Sample(
      image: Tensor(tile, (0..<44 * 44).map { Float(stream.gaussian(step: number, index: $0)) }),
      labels: Tensor([1, 28, 28], (0..<28 * 28).map { Float(($0 / 5 + number) % 2) }),
      weights: Tensor([1, 28, 28], (0..<28 * 28).map { Float(1 + $0 % 3) }))
  }

  private static func trainer(
    _ ranks: (any TrainingRanks)?, batch: Int, _ optimizer: Optimizer = .adam
  ) throws -> Trainer<CPUBackend> {
    try Trainer(
      UNet(levels: 2, width: 5, dropout: 0.5), tile: tile, seed: 1, optimizer: optimizer, batch: batch,
      ranks: ranks, on: CPUBackend())
  }

  private static func run(_ trainer: Trainer<CPUBackend>, to steps: Int) throws {
    while trainer.step < steps {
      let first = trainer.step * trainer.batch
      var places = trainer.places
      try trainer.step(settings) { sample(first + places.removeFirst()) }
    }
  }

  private static let alone = Result {
    try Dictionary(
      uniqueKeysWithValues: (1...7).map { batch in
        let trainer = try trainer(nil, batch: batch)
        try run(trainer, to: 4)
        return (batch, try trainer.state.digest() + " \(try trainer.meanLoss())")
      })
  }

  /// Also where ranks have unlike numbers of tiles, and nodes of several sizes.
  @Test(arguments: [(2, 2), (2, 4), (3, 3), (2, 5), (3, 7), (4, 4), (4, 6), (5, 5), (7, 7)])
  func ranksGiveTheBitsOfOneProcess(count: Int, batch: Int) throws {
    let states = try ThreadRanks.run(count) { ranks in
      let trainer = try Self.trainer(ranks, batch: batch)
      try Self.run(trainer, to: 4)
      return try trainer.state.digest() + " \(try trainer.meanLoss())"
    }
    #expect(Set(states) == [try Self.alone.get()[batch]])
  }

  /// The first has trained alone, the others have trained on other tiles.
  @Test func ranksGoOnFromTheStateOfTheFirst() throws {
    let states = try ThreadRanks.run(3) { ranks in
      let trainer = try Self.trainer(ranks, batch: 3)
      let before = try Self.trainer(nil, batch: ranks.rank == 0 ? 3 : 2)
      try Self.run(before, to: 2 + ranks.rank)
      try trainer.restore(before.state, step: before.step)
      try trainer.share()
      #expect(trainer.step == 2)
      try Self.run(trainer, to: 4)
      return try trainer.state.digest()
    }
    #expect(Set(states).count == 1)
    #expect(try Self.alone.get()[3]?.hasPrefix(states[0]) == true)
  }

  @Test func whatOneAsksForAllDo() throws {
    let steps = try ThreadRanks.run(3) { ranks in
      let trainer = try Self.trainer(ranks, batch: 3)
      while !trainer.isStopAsked, trainer.step < 20 {
        trainer.asksToStop = ranks.rank == 1 && trainer.step == 5
        try Self.run(trainer, to: trainer.step + 1)
      }
      return "\(trainer.step)"
    }
    #expect(steps == ["6", "6", "6"])
  }

  @Test(arguments: [RankWord.failed, .interrupted]) func whereOneEndsAllDo(word: RankWord) throws {
    let ends = try ThreadRanks.run(3) { ranks in
      let trainer = try Self.trainer(ranks, batch: 3)
      try Self.run(trainer, to: 2)
      guard ranks.rank != 2 else {
        try trainer.leave(word)
        return "left"
      }
      let error = #expect(throws: RankEnded.self) { try Self.run(trainer, to: 3) }
      #expect(trainer.step == 2 && !trainer.isStuck)
      return error.map { "\($0.word) \($0.rank)" } ?? ""
    }
    #expect(ends == ["\(word) 2", "\(word) 2", "left"])
  }

  /// 2 (N - 1) / N of the numbers, but for the gaps between them and a byte for each rank.
  @Test(arguments: [2, 4, 8]) func eachSendsTwiceItsShareOfTheNumbers(count: Int) throws {
    let sent = try ThreadRanks.run(count) { ranks in
      let trainer = try Self.trainer(ranks, batch: count)
      try Self.run(trainer, to: 3)
      return "\(ranks.sent)"
    }
    let trainer = try Self.trainer(nil, batch: 2)
    let numbers =
      trainer.weights.names.count * MemoryPlan.alignment
      + (try trainer.weights.all().values.reduce(0) { $0 + $1.elements.count })
    for bytes in sent.compactMap(Int.init) {
      let share = 3 * 2 * 4 * numbers * (count - 1) / count
      #expect(
        bytes > share / 4 && bytes <= share + 3 * count + 8 * MemoryPlan.alignment * count,
        "\(bytes) \(share)")
    }
  }

  @Test func blocksOfPlacesCoverTheBatch() {
    for count in 1...9 {
      for batch in count...20 {
        let ranks = ThreadRanks.Member(hub: ThreadRanks(count), rank: 0)
        let blocks = (0..<count).map { ranks.block(of: $0, batch: batch) }
        #expect(blocks.flatMap(Array.init) == Array(0..<batch))
        #expect((blocks.map(\.count).max() ?? 0) - (blocks.map(\.count).min() ?? 0) <= 1)
      }
    }
  }
}

/// Threads in the places of processes: what each gives is there for the others between two barriers.
final class ThreadRanks: @unchecked Sendable {
  private let count: Int
  private let condition = NSCondition()
  private var arrived = 0, round = 0
  private var given: [Any?]

  init(_ count: Int) {
    self.count = count
    given = [Any?](repeating: nil, count: count)
  }

  /// What `body` gives on each of so many threads, in their order.
  static func run(_ count: Int, _ body: @escaping @Sendable (Member) throws -> String) throws -> [String] {
    let hub = ThreadRanks(count)
    let results = Results(count)
    let threads = (0..<count).map { rank in
      Thread { results.set(rank, Result { try body(Member(hub: hub, rank: rank)) }) }
    }
    for thread in threads {
      thread.stackSize = 8 << 20
      thread.start()
    }
    return try results.all()
  }

  private func wait() {
    condition.withLock {
      let mine = round
      arrived += 1
      if arrived == count {
        (arrived, round) = (0, round + 1)
        condition.broadcast()
      }
      while round == mine { condition.wait() }
    }
  }

  /// Gives all what each has, while `use` runs.
  func share<Given>(_ own: Given, _ rank: Int, _ use: ([Given]) -> Void) {
    condition.withLock { given[rank] = own }
    wait()
    use(condition.withLock { given.compactMap { $0 as? Given } })
    wait()
  }

  /// One of them.
  final class Member: TrainingRanks, @unchecked Sendable {
    private let hub: ThreadRanks
    let rank: Int
    var count: Int { hub.count }
    /// Bytes that it has given to others.
    private(set) var sent = 0

    init(hub: ThreadRanks, rank: Int) { (self.hub, self.rank) = (hub, rank) }

    private typealias Offer = (numbers: UnsafeMutableBufferPointer<Float>, parts: [Range<Int>])

    func exchange(
      _ outgoing: UnsafeMutableBufferPointer<Float>, _ parts: [Range<Int>],
      into incoming: UnsafeMutableBufferPointer<Float>, _ places: [Range<Int>]
    ) throws {
      sent += 4 * parts.map(\.count).reduce(0, +)
      hub.share(Offer(outgoing, parts), rank) { offers in
        for (other, offer) in offers.enumerated() {
          for (from, to) in zip(offer.parts[rank], places[other]) { incoming[to] = offer.numbers[from] }
        }
      }
    }

    func gather(_ numbers: UnsafeMutableBufferPointer<Float>, _ parts: [Range<Int>]) throws {
      sent += 4 * (count - 1) * parts[rank].count
      hub.share(Offer(numbers, parts), rank) { offers in
        for other in 0..<count where other != rank {
          for i in parts[other] { numbers[i] = offers[other].numbers[i] }
        }
      }
    }

    func gather(_ bytes: [UInt8]) throws -> [[UInt8]] {
      sent += bytes.count * (count - 1)
      var all: [[UInt8]] = []
      hub.share(bytes, rank) { all = $0 }
      return all
    }

    func broadcast(_ elements: inout [Float]) throws {
      var first: [Float] = []
      hub.share(elements, rank) { first = $0[0] }
      elements = first
    }

    func abort() { Issue.record("rank \(rank) ends all") }
  }
}

/// What threads leave.
private final class Results: @unchecked Sendable {
  private let condition = NSCondition()
  private var results: [Int: Result<String, any Error>] = [:]
  private let count: Int

  init(_ count: Int) { self.count = count }

  func set(_ rank: Int, _ result: Result<String, any Error>) {
    condition.withLock {
      results[rank] = result
      condition.broadcast()
    }
  }

  func all() throws -> [String] {
    let done = condition.withLock {
      while results.count < count { condition.wait() }
      return results
    }
    return try (0..<count).compactMap { try done[$0]?.get() }
  }
}
