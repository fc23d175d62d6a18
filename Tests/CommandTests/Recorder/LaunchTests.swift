import Testing

/// What a GPU is asked to do, without one: how many launches, over what ranges, in what groups.
@Suite struct LaunchTests {
  private static let gpus: [Recorder.GPU] = [64, 128, 256, 1024].flatMap { items in
    [32 << 10, 64 << 10].map { .init(items: items, localBytes: $0) }
  }

  private func bench(size: Int, width: Int, on gpu: Recorder.GPU = .init(), _ more: String...) throws
    -> Recorder
  {
    try Recorder(
      ["bench", "--size", "\(size)", "--width", "\(width)", "--runs", "1"] + more, on: gpu)
  }

  /// The launches of a training step and of a forward pass: the longest batches with and without updates, but for the one
  /// that times launches alone.
  private func counts(_ record: Recorder) throws -> (step: Int, forward: Int) {
    let batches = record.batches.filter { Set($0.map(\.kernel)).count > 1 }
    let (steps, others) = (
      batches.filter { $0.contains { $0.kernel == "sgd" } },
      batches.filter { batch in !batch.contains { ["sgd", "softmax_cross_entropy"].contains($0.kernel) } }
    )
    return (try #require(steps.map(\.count).max()), try #require(others.map(\.count).max()))
  }

  /// Each is a microsecond and more of a driver's, and of a large GPU's, time.
  @Test func aStepOfThePapersNetworkTakesFewLaunches() throws {
    let record = try bench(size: 572, width: 64)
    let counts = try counts(record)
    print("572², width 64: \(counts.step) launches a step, \(counts.forward) a forward pass")
    #expect(counts.step <= 363 && counts.forward <= 99)
    #expect(record.faults.isEmpty, "\(record.faults)")
  }

  @Test(arguments: gpus) func everyLaunchIsOneThatTheDeviceTakes(gpu: Recorder.GPU) throws {
    for (size, width) in [(188, 64), (204, 3)] {
      let record = try bench(size: size, width: width, on: gpu)
      #expect(record.faults.isEmpty, "\(size)², width \(width): \(record.faults)")
      let groups = record.batches.joined().compactMap(\.group).map { $0.reduce(1, *) }
      #expect(groups.max() ?? 0 <= gpu.items && !groups.isEmpty)
    }
  }

  @Test(arguments: ["direct", "winograd"]) func aSegmentationAsksForNothingWrong(numerics: String) throws {
    let record = try bench(size: 252, width: 8, "--levels", "3", "--numerics", numerics, "--image", "500")
    #expect(record.faults.isEmpty, "\(record.faults)")
  }
}
