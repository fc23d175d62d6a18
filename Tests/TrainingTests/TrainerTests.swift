import Foundation
import Testing
import UNetCPU
import UNetData
import UNetGraph
import UNetNetworks
import UNetNumerics
import UNetOpenCL
import UNetRuntime
import UNetTestSupport
import UNetTraining

private let network = UNet(levels: 2, width: 4, dropout: 0.5)
private let tile: Shape = [1, 44, 44, 1]

/// Left half dark and class 0, right half bright and class 1, with noise.
private func sample(_ step: Int) -> Sample {
  let stream = RandomStream(seed: 2, stream: 5)
  let noise = { (i: Int) in Float(0.3 * stream.gaussian(step: step, index: i)) }
  return Sample(
    image: Tensor(tile, (0..<44 * 44).map { ($0 % 44 < 22 ? -1 : 1) + noise($0) }),
    labels: Tensor([1, 28, 28], (0..<28 * 28).map { $0 % 28 < 14 ? 0 : 1 }),
    weights: Tensor([1, 28, 28], [Float](repeating: 1, count: 28 * 28)))
}

private let settings = OptimizerSettings(rate: 0.05, momentum: 0.9)

private func train<B: Backend>(
  _ steps: Range<Int>, from checkpoint: Checkpoint? = nil, by optimizer: Optimizer = .sgd, on backend: B
) throws -> (trainer: Trainer<B>, loss: Float) {
  let trainer = try Trainer(network, tile: tile, seed: 1, optimizer: optimizer, on: backend)
  if let checkpoint { try trainer.restore(checkpoint.state, step: checkpoint.step) }
  for step in steps {
    try trainer.step(on: sample(step), settings)
  }
  return (trainer, try trainer.meanLoss())
}

@Test func theLossFalls() throws {
  let first = try train(0..<1, on: try CPUBackend()).loss
  let backend = try CPUBackend()
  let trainer = try Trainer(network, tile: tile, seed: 1, on: backend)
  for step in 0..<60 {
    try trainer.step(on: sample(step), settings)
  }
  _ = try trainer.meanLoss()
  for step in 60..<70 {
    try trainer.step(on: sample(step), settings)
  }
  #expect(try trainer.meanLoss() < 0.3 * first)
}

/// Stopped after 7 steps, saved, loaded, and continued on another backend: the same bits as never stopped.
@Test(arguments: Optimizer.allCases)
func aResumedRunEndsWithTheSameBits(optimizer: Optimizer) throws {
  let whole = try train(0..<15, by: optimizer, on: try CPUBackend()).trainer.state.all()
  let half = try train(0..<7, by: optimizer, on: try CPUBackend()).trainer
  let folder = try TemporaryFolder()
  let path = folder("checkpoint.safetensors")
  try Checkpoint(step: half.step, half.state, experimentHash: "x").write(to: path)
  let read = try Checkpoint.read(path)
  #expect(read.step == 7 && read.experimentHash == "x")
  #expect(try read.state.all() == half.state.all())
  let resumed = try train(7..<15, from: read, by: optimizer, on: OpenCLBackend(try Device.open())).trainer
  #expect(resumed.step == 15)
  #expect(try resumed.state.all() == whole)
}

@Test func seedsDecideTheInitialWeights() throws {
  func weights(seed: UInt64) throws -> [String: Tensor] {
    try Trainer(network, tile: tile, seed: seed, on: try CPUBackend()).weights.all()
  }
  #expect(try weights(seed: 1) == weights(seed: 1))
  #expect(try weights(seed: 1) != weights(seed: 2))
}

/// 18,432 draws: the deviation within 5 standard errors of √(2/N), N = 9 · 32.
@Test func initialWeightsHaveTheDeviationOfSection3() {
  var graph = Graph()
  let value = graph.parameter("w", .filter, [3, 3, 32, 64], deviation: (2 / Float(288)).squareRoot())
  let elements = initialElements(of: graph.parameters[0], at: 0, seed: 1).elements.map(Double.init)
  let variance = elements.map { $0 * $0 }.reduce(0, +) / Double(value.shape.count)
  #expect(abs(variance * 144 - 1) < 5 * (2 / Double(value.shape.count)).squareRoot())
}

@Test func momentumAndDecayFollowTheirFormula() throws {
  let cpu = try CPUBackend()
  var graph = Graph()
  let (w, v, dw) = (graph.value([1]), graph.value([1]), graph.value([1]))
  graph.append(.sgd(.init([.init(w: w, first: v, dw: dw)], control: graph.control)))
  let session = try Session(graph, on: cpu, keeping: [w, v])
  for (value, element) in [(w, Float(2)), (v, 0.5), (dw, 3)] {
    try session.write(Tensor([1], [element]), to: value)
  }
  try session.write(Tensor([4], [0, 0.25, 0.5, 0.125]), to: graph.control)
  try session.run()
  // g = 3 + 0.125 · 2 = 3.25;  v = 0.5 · 0.5 - 0.25 · 3.25 = -0.5625;  w = 2 - 0.5625
  #expect(try session.read(v).elements == [-0.5625])
  #expect(try session.read(w).elements == [1.4375])
}

/// Three steps of Adam on one weight, followed by hand in double precision; the bound is a few roundings of Float32.
@Test func adamFollowsItsFormula() throws {
  let cpu = try CPUBackend()
  var graph = Graph(optimizer: .adam)
  let (w, m, v, dw) = (graph.value([1]), graph.value([1]), graph.value([1]), graph.value([1]))
  graph.append(.adam(.init([.init(w: w, first: m, second: v, dw: dw)], control: graph.control)))
  let session = try Session(graph, on: cpu, keeping: [w, m, v])
  for (value, element) in [(w, Float(2)), (m, 0), (v, 0)] {
    try session.write(Tensor([1], [element]), to: value)
  }
  let settings = OptimizerSettings(rate: 0.1, momentum: 0.9, weightDecay: 0.01, beta2: 0.99, epsilon: 0.001)
  var (weight, mean, square) = (2.0, 0.0, 0.0)
  for (step, gradient) in [3.0, -0.5, 1e-4].enumerated() {
    mean = 0.9 * mean + 0.1 * gradient
    square = 0.99 * square + 0.01 * gradient * gradient
    let (m1, v1) = (mean / (1 - pow(0.9, Double(step + 1))), square / (1 - pow(0.99, Double(step + 1))))
    weight = weight - 0.1 * 0.01 * weight - 0.1 * m1 / (v1.squareRoot() + 0.001)
    try session.write(Tensor([1], [Float(gradient)]), to: dw)
    try session.write(Tensor([8], settings.control(of: .adam, step: step)), to: graph.control)
    try session.run()
  }
  for (value, expected) in [(w, weight), (m, mean), (v, square)] {
    #expect(abs(Double(try session.read(value).elements[0]) / expected - 1) < 1e-6)
  }
}

/// Where there is no gradient nothing moves, and a diverged one is seen.
@Test(arguments: [(Float(0), Float(2)), (.nan, .nan), (.infinity, .nan), (1e30, .nan)])
func adamOfAGradient(gradient: Float, leaves weight: Float) throws {
  let cpu = try CPUBackend()
  var graph = Graph(optimizer: .adam)
  let (w, m, v, dw) = (graph.value([1]), graph.value([1]), graph.value([1]), graph.value([1]))
  graph.append(.adam(.init([.init(w: w, first: m, second: v, dw: dw)], control: graph.control)))
  let session = try Session(graph, on: cpu, keeping: [w])
  for (value, element) in [(w, Float(2)), (m, 0), (v, 0), (dw, gradient)] {
    try session.write(Tensor([1], [element]), to: value)
  }
  let control = OptimizerSettings(rate: 0.1, momentum: 0.9).control(of: .adam, step: 0)
  try session.write(Tensor([8], control), to: graph.control)
  try session.run()
  let found = try session.read(w).elements[0]
  #expect(found == weight || found.isNaN && weight.isNaN)
}

/// An up-convolution's filter is known by what it is, not by the layer's name.
@Test func aLayerOfAnotherNameIsWrittenInPyTorchOrder() throws {
  var graph = Graph()
  var x = graph.value([1, 8, 8, 3])
  x = try UpConv("upsample", channels: 5)(x, in: &graph)
  _ = try Conv("after.up", channels: 4, side: 2)(x, in: &graph)
  #expect(graph.parameters.map(\.fileShape) == [[3, 5, 2, 2], [5], [4, 5, 2, 2], [4]])
}

private func offset(_ index: [Int], in shape: Shape) -> Int {
  zip(index, shape.extents).reduce(0) { $0 * $1.1 + $1.0 }
}

/// `[R, S, C, K]` on the device; `[K, C, R, S]`, of an up-convolution `[C, K, R, S]`, in files, whatever the names.  The
/// large ones are more than a piece.
@Test(arguments: [
  (Parameter.Role.filter, [2, 3, 4, 5], [3, 2, 0, 1]), (.filter, [3, 3, 300, 401], [3, 2, 0, 1]),
  (.upFilter, [2, 2, 4, 5], [2, 3, 0, 1]), (.upFilter, [2, 2, 601, 500], [2, 3, 0, 1]),
])
func filesHoldFiltersInPyTorchOrder(role: Parameter.Role, extents: [Int], axes: [Int]) throws {
  var graph = Graph()
  let shape = Shape(extents)
  _ = graph.parameter("filter", role, shape)
  let parameter = graph.parameters[0]
  let elements = (0..<shape.count).map(Float.init)
  var (file, pieces): ([Float], Int) = ([], 0)
  parameter.inFileOrder({ Array(elements[$0..<$0 + $1]) }) {
    file += $0
    pieces += 1
  }
  #expect(parameter.fileShape.extents == axes.map { extents[$0] })
  #expect((pieces > 1) == (shape.count > 1 << 20))
  try #require(file.count == shape.count)
  let stream = RandomStream(seed: 1, stream: 1)
  for step in 0..<1000 {
    let index = extents.enumerated().map { stream.integer(below: $1, step: step, index: $0) }
    #expect(
      file[offset(axes.map { index[$0] }, in: parameter.fileShape)] == elements[offset(index, in: shape)])
  }
  #expect(parameter.deviceOrder(Tensor(parameter.fileShape, file)) == Tensor(shape, elements))
}

/// None where the system starts no thread.
@Test(arguments: [0, 1, 2, 5])
func samplesComeInOrderHoweverManyThreadsMakeThem(workers: Int) {
  let prefetch = Prefetch(5..<40, workers: workers) { step in
    // The first of each pair takes longer than the second.
    if step.isMultiple(of: 2) { Thread.sleep(forTimeInterval: 0.002) }
    return numbered(step)
  }
  #expect((5..<40).map { _ in prefetch.next().image.elements[0] } == (5..<40).map(Float.init))
}

/// What is counted is at most what has passed.  A thread that has no core for long may find its samples ready, so it asks
/// until it had to wait for some.
@Test func theTimeThatTheTrainerWaitsForSamplesIsCounted() {
  let prefetch = Prefetch(0..<1000, workers: 1) { step in
    Thread.sleep(forTimeInterval: 0.02)
    return numbered(step)
  }
  let start = ContinuousClock.now
  var asked = 0
  while prefetch.waited < .milliseconds(40) && asked < 1000 {
    _ = prefetch.next()
    asked += 1
  }
  #expect(prefetch.waited >= .milliseconds(40))
  #expect(prefetch.waited <= ContinuousClock.now - start)
  prefetch.stop()
}

/// What makes the samples is let go by the last thread that does.
@Test func aRunThatStopsEarlyEndsItsThreads() {
  final class Maker: Sendable {
    let gone: DispatchSemaphore
    init(gone: DispatchSemaphore) { self.gone = gone }
    deinit { gone.signal() }
  }
  func startAndStop(_ maker: Maker) {
    let prefetch = Prefetch(0..<1_000_000) { step in withExtendedLifetime(maker) { numbered(step) } }
    _ = prefetch.next()
    prefetch.stop()
  }
  let gone = DispatchSemaphore(value: 0)
  startAndStop(Maker(gone: gone))
  #expect(gone.wait(timeout: .now() + 300) == .success)
}

private func numbered(_ step: Int) -> Sample {
  Sample(image: Tensor([1], [Float(step)]), labels: Tensor([1], [0]), weights: Tensor([1], [0]))
}
