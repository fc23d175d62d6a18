import UNetRuntime

extension OpenCLBackend {
  /// The rates of `peak_arithmetic` and `peak_copy` of peak.cl, the best of five runs each.
  package func measurePeak() throws -> Peak {
    let items = 64 * max(device.description.computeUnits, 1) * (device.description.kind == .cpu ? 1 : 64)
    let lanes = schedule.name == .tile ? 1 : 16
    let result = try makeBuffer(count: lanes * items)
    let floats = min(1 << 24, Int(device.description.largestBuffer / 8))
    let (from, to) = (try makeBuffer(count: floats), try makeBuffer(count: floats))
    let copy = try kernel("peak_copy").bind(from, to).over(floats / lanes)
    var rounds = 1000
    var gflops = 0.0
    while true {
      let seconds = try best { try kernel("peak_arithmetic").bind(result, rounds).over(items) }
      gflops = 2 * 12 * Double(lanes) * Double(rounds) * Double(items) / seconds / 1e9
      if seconds > 0.02 || rounds > 100_000_000 { break }
      rounds *= 10
    }
    return Peak(gflops: gflops, gigabytes: 8 * Double(floats) / (try best { copy }) / 1e9)
  }

  /// The shortest of five runs, after one to warm up, in seconds.
  private func best(_ make: () throws -> Launch) throws -> Double {
    let launch = try make()
    var shortest = Double.infinity
    for run in 0..<6 {
      try finish()
      let time = try ContinuousClock().measure {
        try launch()
        try finish()
      }
      if run > 0 { shortest = min(shortest, time.seconds) }
    }
    return shortest
  }
}

extension Duration {
  fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
