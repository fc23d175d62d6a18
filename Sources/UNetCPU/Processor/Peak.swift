import UNetRuntime

extension CPUBackend {
  /// The multiply-adds of all cores from registers, and copies between buffers too large for any cache.
  package func measurePeak() throws -> Peak {
    let (loops, threads) = (self.loops, self.threads)
    let sums = try makeBuffer(count: 16 * threads.count)
    var (rounds, operations, seconds) = (1000, 0, 0.0)
    while seconds < 0.02 {
      rounds *= 10
      operations = threads.count * loops.peak(sums.floats, rounds)
      seconds = shortest { threads.run(threads.count) { _ = loops.peak(sums.floats + 16 * $0, rounds) } }
    }
    let floats = 1 << 24
    let (from, to) = (try makeBuffer(count: floats), try makeBuffer(count: floats))
    from.floats.update(repeating: 1, count: floats)
    let copying = shortest {
      threads.run(rows: floats, cost: 1) { part in
        (to.floats + part.lowerBound).update(from: from.floats + part.lowerBound, count: part.count)
      }
    }
    return Peak(gflops: Double(operations) / seconds / 1e9, gigabytes: 8 * Double(floats) / copying / 1e9)
  }

  /// The shortest of five runs, after one to warm up, in seconds.
  private func shortest(_ work: () -> Void) -> Double {
    let times = (0..<6).map { _ in ContinuousClock().measure(work) }
    return (times.dropFirst().min() ?? .zero) / .seconds(1)
  }
}
