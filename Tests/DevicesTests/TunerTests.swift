import Testing
import UNetCPU
import UNetDevices
import UNetNetworks
import UNetOpenCL
import UNetRuntime
import UNetTestSupport
import UNetTuning
import UNetWork

/// The search of `unet tune`, on a network small enough for a test, and by a clock that only operations move.
@Suite struct TunerTests {
  private static let network = UNet(levels: 2, width: 32, dropout: 0) as Network
  private static let start = KernelSchedule.vector(VectorSchedule(sums: 24))
  private static let limits = DeviceLimits(localBytes: 32 << 10, items: 4096)

  private func result(
    now: @escaping () -> Double = { 0 }, _ make: @escaping (KernelSchedule) throws -> any Backend
  )
    throws -> TuningResult
  {
    try Tuner(against: CPUBackend(), network: Self.network, size: 60, runs: 2, now: now, make: make)
      .run(from: Self.start, on: Self.limits)
  }

  /// A candidate that is wrong in one bit is never timed, however fast, and never chosen.
  @Test func aWrongCandidateIsRejectedUntimed() throws {
    let result = try result { AlteredBackend(try CPUBackend(), flips: $0 != Self.start) }
    #expect(result.best == Self.start && result.ratio == 1)
    let candidates = result.trials.dropFirst()
    #expect(candidates.count == 10)
    #expect(candidates.allSatisfy { $0.outcome == .wrong && $0.bits > 0 && $0.seconds == nil })
  }

  @Test func aStartThatIsWrongEndsTheSearch() throws {
    let error = try #require(throws: StartFails.self) {
      try result { _ in AlteredBackend(try CPUBackend(), flips: true) }
    }
    #expect(error.bits > 0 && error.description.contains("use another driver"))
  }

  /// A candidate that the device does not build is told and left out.
  @Test func aCandidateThatFailsIsNoEnd() throws {
    struct Refusal: Error, CustomStringConvertible { let description = "no registers left\nline 2" }
    let result = try result { schedule in
      guard schedule == Self.start else { throw Refusal() }
      return try CPUBackend()
    }
    #expect(result.best == Self.start && result.trials.count == 11)
    let candidates = result.trials.dropFirst()
    #expect(candidates.allSatisfy { $0.outcome == .failed && $0.reason == "no registers left" })
  }

  /// A candidate that is slower stays out, one that is much faster is taken and confirmed.
  @Test func theFasterScheduleIsTaken() throws {
    var time = 0.0
    let result = try result(now: { time }) { schedule in
      let seconds = vector(schedule)?.group == 64 ? 0.001 : 0.004
      return AlteredBackend(try CPUBackend(), afterEach: { time += seconds })
    }
    #expect(vector(result.best)?.group == 64 && abs(result.ratio - 0.25) < 1e-9)
    #expect(result.trials.last?.outcome == .confirmed)
    #expect(result.trials.allSatisfy { $0.bits == 0 })
  }

  @Test func aSearchThatIsInterruptedSaysSo() throws {
    let tuner = Tuner(
      against: try CPUBackend(), network: Self.network, size: 60, runs: 2,
      observer: .init(isCancelled: { true }), make: { _ in try CPUBackend() })
    let error = #expect(throws: Interrupted.self) { try tuner.run(from: Self.start, on: Self.limits) }
    #expect(error?.description == "interrupted: no tuning was written")
  }

  private func vector(_ schedule: KernelSchedule) -> VectorSchedule? {
    guard case .vector(let vector) = schedule else { return nil }
    return vector
  }
}
