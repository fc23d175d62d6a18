import UNetGraph
import UNetNetworks
import UNetNumerics
import UNetPrediction
import UNetRuntime

/// Times of the network on one backend: a forward pass, a training step, and each operation of the step.
package struct Benchmark: Codable, Sendable {
  /// The backend's name.
  package let device: String
  /// Side of the tile, channels of the first level.
  package let size: Int, width: Int
  /// The network in a few words: its levels.
  package let network: String
  /// How convolutions are summed.
  package let numerics: Algorithm
  /// The median in seconds of segmenting an image in tiles, where one was asked for; its side.
  package var segmentSeconds: Double?, image: Int?
  /// Medians in seconds, after a warm-up: one forward pass, one training step.
  package let forwardSeconds: Double, stepSeconds: Double
  /// The shortest runs.
  package let forwardMinimum: Double, stepMinimum: Double
  /// What the device can do at most, measured.
  package let peakGflops: Double, peakGigabytes: Double
  /// Seconds from one of many small operations to the next, with nothing else to do: what each launch costs a step.
  package let launchSeconds: Double
  /// Buffers on the device while training, and while only predicting, in 2²⁰ bytes.
  package let memoryMegabytes: Double, forwardMegabytes: Double
  /// The operations of a training step, in order.
  package let operations: [Row]

  /// One operation.
  package struct Row: Codable, Sendable {
    /// Its name and shapes.
    package let operation: String
    /// Median in seconds, waiting for it alone.
    package let seconds: Double
    /// 10⁹ operations and bytes a second, and the share of the device's peak of arithmetic or copying, the greater.
    package let gflops: Double, gigabytes: Double, share: Double
  }

  enum CodingKeys: String, CodingKey {
    case device, size, width, network, numerics, image
    case segmentSeconds = "segment_s"
    case forwardSeconds = "forward_s", stepSeconds = "step_s"
    case forwardMinimum = "forward_min_s", stepMinimum = "step_min_s"
    case launchSeconds = "launch_s"
    case peakGflops = "peak_gflops", peakGigabytes = "peak_gb_s"
    case memoryMegabytes = "memory_mb", forwardMegabytes = "forward_memory_mb", operations
  }
}

extension Benchmark {
  /// Measures `network` on a tile of `size`² pixels, and on an image of `image`² where given, `runs` times each.
  /// - Throws: `ShapeError` where the size does not fit, and the backend's errors.
  package static func measure<B: Backend>(
    _ network: Network, on backend: B, size: Int, numerics: Algorithm = .standard, image: Int? = nil,
    runs: Int = 5
  ) throws -> Benchmark {
    let peak = try backend.measurePeak()
    let before = backend.allocatedBytes
    let forward = try measureForward(network, size, numerics, on: backend, runs)
    let forwardBytes = forward.bytes - before
    let step = try StepMeasurement(
      network, size: size, numerics: numerics, on: backend, runs: runs, peak: peak)
    let segment = try image.map { try measureSegmentation(network, size, numerics, $0, on: backend, runs) }
    return Benchmark(
      device: backend.name, size: size, width: network.width, network: network.summary, numerics: numerics,
      segmentSeconds: segment, image: image, forwardSeconds: median(forward.times),
      stepSeconds: median(step.times),
      forwardMinimum: forward.times.min() ?? 0, stepMinimum: step.times.min() ?? 0,
      peakGflops: peak.gflops, peakGigabytes: peak.gigabytes,
      launchSeconds: try measureLaunch(on: backend, runs),
      memoryMegabytes: megabytes(step.bytes - before), forwardMegabytes: megabytes(forwardBytes),
      operations: step.rows)
  }

  private static func measureForward<B: Backend>(
    _ network: Network, _ size: Int, _ numerics: Algorithm, on backend: B, _ runs: Int
  ) throws -> (times: [Double], bytes: Int) {
    var graph = Graph(numerics: numerics)
    let image = graph.value([1, size, size, 1])
    let logits = try network(image, in: &graph)
    let parameters = Parameters(on: backend)
    let session = try Session(graph, on: backend, parameters: parameters, keeping: [logits])
    try parameters.fill(of: graph)
    try session.write(testPattern(image.shape), to: image)
    let times = try time(runs, on: backend) { try session.run() }
    return (times, backend.allocatedBytes)
  }

  private static func measureLaunch<B: Backend>(on backend: B, _ runs: Int) throws -> Double {
    var graph = Graph()
    let (a, b) = (graph.value([1]), graph.value([1]))
    graph.append(.add(.init(a: a, b: b, y: graph.value([1]))))
    let session = try Session(graph, on: backend)
    for value in [a, b] { try session.write(Tensor(zeros: [1]), to: value) }
    let count = 1000
    return median(try time(runs, on: backend) { for _ in 0..<count { try session.run() } }) / Double(count)
  }

  private static func measureSegmentation<B: Backend>(
    _ network: Network, _ size: Int, _ numerics: Algorithm, _ side: Int, on backend: B, _ runs: Int
  ) throws -> Double {
    let parameters = Parameters(on: backend)
    try parameters.fill(of: TracedNetwork(network, tile: size, channels: 1, numerics: numerics).graph)
    let model = Model(
      network: network, numerics: numerics, channels: 1, preparation: ImagePreparation(normalisation: .none),
      tile: size)
    let segmenter = try Segmenter(model, parameters: parameters, on: backend)
    let image = testPattern([side, side, 1])
    return median(try time(runs, on: backend) { _ = try segmenter.segment(image) })
  }
}

/// A training step measured whole and operation by operation.
private struct StepMeasurement {
  let times: [Double]
  let rows: [Benchmark.Row]
  let bytes: Int

  init<B: Backend>(
    _ network: Network, size: Int, numerics: Algorithm, on backend: B, runs: Int, peak: Peak
  ) throws {
    let session = try LoadedStep(network, size: size, numerics: numerics, on: backend).session
    times = try time(runs, on: backend) { try session.run() }
    bytes = backend.allocatedBytes
    rows = try session.launches.map { launch in
      let seconds = median(try time(min(runs, 3), on: backend, warmUp: false) { try launch.run() })
      let (flops, bytes) = (Double(launch.operation.flops) / 1e9, Double(launch.operation.bytes) / 1e9)
      return Benchmark.Row(
        operation: launch.operation.description, seconds: seconds, gflops: flops / seconds,
        gigabytes: bytes / seconds,
        share: max(flops / seconds / peak.gflops, bytes / seconds / peak.gigabytes))
    }
  }
}

private func time<B: Backend>(_ runs: Int, on backend: B, warmUp: Bool = true, _ body: () throws -> Void)
  throws
  -> [Double]
{
  // A processor or a card that was idle, and a host that shares it out, take a moment to be as fast as they are.
  let start = ContinuousClock.now
  for round in 0..<(warmUp ? 1 + 4 * runs : 0) where round == 0 || ContinuousClock.now - start < .seconds(1) {
    try body()
    try backend.finish()
  }
  return try (0..<runs).map { _ in
    try backend.finish()
    return try seconds {
      try body()
      try backend.finish()
    }
  }
}

private func megabytes(_ bytes: Int) -> Double { Double(bytes) / 1_048_576 }
