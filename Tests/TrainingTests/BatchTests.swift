import Testing
import UNetCPU
import UNetData
import UNetGraph
import UNetNetworks
import UNetNumerics
import UNetOpenCL
import UNetRuntime
import UNetTraining

/// Several tiles a step: the order in which their gradients are added, and what follows from it.
@Suite struct BatchTests {
  /// What a tree does with tiles, each a word.
  private func sum(_ block: Range<Int>) -> [String] {
    let tree = BatchTree(block)
    var slots = [String](repeating: "?", count: tree.slots)
    var sum = ""
    func act(_ action: BatchTree.Action) {
      switch action {
      case .add(let slot): sum = "(\(slots[slot])+\(sum))"
      case .keep(let slot): slots[slot] = sum
      }
    }
    for (place, actions) in zip(block, tree.actions) {
      sum = "\(place)"
      actions.forEach(act)
    }
    // What waits, and the last.
    let pieces = slots.prefix(tree.nodes.count - 1) + [sum]
    tree.fold.forEach(act)
    return pieces + [sum]
  }

  @Test(arguments: [
    (1, "0"), (2, "(0+1)"), (3, "((0+1)+2)"), (4, "((0+1)+(2+3))"), (6, "(((0+1)+(2+3))+(4+5))"),
    (7, "(((0+1)+(2+3))+((4+5)+6))"),
  ])
  func tilesAreAddedAsATree(count: Int, words: String) {
    #expect(sum(0..<count).last == words)
  }

  /// Blocks give nodes of the tree of the whole, whatever their borders.
  @Test(arguments: 1...17) func aBlockGivesNodesOfTheWhole(count: Int) {
    let whole = sum(0..<count).last ?? ""
    for start in 0..<count {
      for end in start + 1...count {
        let (nodes, pieces) = (BatchTree(start..<end).nodes, sum(start..<end).dropLast())
        #expect(nodes.count == pieces.count && nodes.map(\.count).reduce(0, +) == end - start)
        for piece in pieces { #expect(whole.contains(piece), "\(piece) of \(start)..<\(end)") }
        #expect(nodes.count <= 2 * 5)
      }
    }
  }

  private static let tile: Shape = [1, 44, 44, 1]

  private func sample(_ number: Int) -> Sample {
    let stream = RandomStream(seed: 2, stream: 5)
    return Sample(
      image: Tensor(Self.tile, (0..<44 * 44).map { Float(stream.gaussian(step: number, index: $0)) }),
      labels: Tensor([1, 28, 28], (0..<28 * 28).map { $0 % 28 < 14 ? 0 : 1 }),
      weights: Tensor([1, 28, 28], (0..<28 * 28).map { Float(1 + $0 % 3) }))
  }

  private func trained<B: Backend>(
    batch: Int, steps: Int = 3, dropout: Double = 0, _ optimizer: Optimizer = .sgd, on backend: B,
    _ number: (_ step: Int, _ place: Int) -> Int
  ) throws -> (digest: String, loss: Float) {
    let trainer = try Trainer(
      UNet(levels: 2, width: 4, dropout: dropout), tile: Self.tile, seed: 1, optimizer: optimizer,
      batch: batch,
      on: backend)
    for step in 0..<steps {
      try trainer.step(
        on: (0..<batch).map { sample(number(step, $0)) },
        .init(rate: 0.01, momentum: 0.9, weightDecay: 0.001))
    }
    return (try trainer.state.digest(), try trainer.meanLoss())
  }

  /// Halves, quarters and eighths of the same gradients add up to them exactly.
  @Test(arguments: [2, 4, 8], Optimizer.allCases)
  func theSameTileAgainAndAgainIsThatTile(batch: Int, optimizer: Optimizer) throws {
    let one = try trained(batch: 1, optimizer, on: CPUBackend()) { step, _ in step }
    let several = try trained(batch: batch, optimizer, on: CPUBackend()) { step, _ in step }
    #expect(one == several)
  }

  @Test(arguments: [2, 3, 5]) func aDeviceGivesTheSameBits(batch: Int) throws {
    let number = { (step: Int, place: Int) in step * batch + place }
    let cpu = try trained(batch: batch, dropout: 0.5, on: CPUBackend(), number)
    let device = try trained(batch: batch, dropout: 0.5, on: OpenCLBackend(Device.open()), number)
    #expect(cpu == device)
  }

  /// Every tile counts, once, and dropout draws anew for each.
  @Test func everyTileCounts() throws {
    let usual = try trained(batch: 3, on: CPUBackend()) { 3 * $0 + $1 }
    for place in 0..<3 {
      let other = try trained(batch: 3, on: CPUBackend()) { 3 * $0 + $1 + ($1 == place ? 100 : 0) }
      #expect(other.digest != usual.digest && other.loss != usual.loss)
    }
    let swapped = try trained(batch: 2, on: CPUBackend()) { 2 * $0 + 1 - $1 }
    #expect(try trained(batch: 2, on: CPUBackend()) { 2 * $0 + $1 } == swapped)
    let dropped = try trained(batch: 2, dropout: 0.5, on: CPUBackend()) { step, _ in step }
    #expect(try trained(batch: 1, dropout: 0.5, on: CPUBackend()) { step, _ in step } != dropped)
  }

  /// The mean gradient of tiles is what a step with each of them, from the same weights, changes on average.
  @Test func theGradientIsTheMean() throws {
    func change(_ numbers: [Int]) throws -> [Double] {
      let trainer = try Trainer(
        UNet(levels: 2, width: 4, dropout: 0), tile: Self.tile, seed: 1, batch: numbers.count,
        on: CPUBackend())
      let before = try trainer.weights.all()
      try trainer.step(on: numbers.map(sample), .init(rate: 1, momentum: 0))
      let after = try trainer.weights.all()
      return before.keys.sorted().flatMap { name in
        zip(after[name]?.elements ?? [], before[name]?.elements ?? []).map { Double($0) - Double($1) }
      }
    }
    let each = try [7, 8, 9].map { try change([$0]) }
    let together = try change([7, 8, 9])
    var (difference, size) = (0.0, 0.0)
    for (at, value) in together.enumerated() {
      let mean = each.map { $0[at] }.reduce(0, +) / 3
      difference += (value - mean) * (value - mean)
      size += mean * mean
    }
    // A Float32's change is known to half a unit of the weight, 3e-8 beside changes of 1e-2 and less.
    #expect(size > 0 && (difference / size).squareRoot() < 1e-5, "\((difference / size).squareRoot())")
  }
}
