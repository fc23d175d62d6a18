import Testing
import UNetCPU
import UNetDevices
import UNetNetworks
import UNetOpenCL
import UNetRuntime

/// The search of `unet tune`, on a network small enough for a test.
@Suite struct TunerTests {
  private static let network = UNet(levels: 2, width: 32, dropout: 0) as Network
  private static let start = KernelSchedule.vector(VectorSchedule(sums: 24))

  private func result<B: Backend>(_ make: @escaping (KernelSchedule, Device) throws -> B) throws
    -> TuningResult
  {
    let device = try Device.open()
    let tune = Tuner(
      against: try CPUBackend(), network: Self.network, size: 60, runs: 2,
      make: { try make($0, device) })
    return try tune(from: Self.start, on: device.description.limits)
  }

  /// A candidate that is wrong in one bit is never timed, however fast, and never chosen.
  @Test func aWrongCandidateIsRejectedUntimed() throws {
    let result = try result { schedule, device in
      AlteredBackend(OpenCLBackend(device, schedule), flips: schedule != Self.start)
    }
    #expect(result.best == Self.start && result.ratio == 1)
    let candidates = result.trials.dropFirst()
    #expect(candidates.count == 9)
    #expect(candidates.allSatisfy { $0.outcome == .wrong && $0.bits > 0 && $0.seconds == nil })
  }

  @Test func aStartThatIsWrongEndsTheSearch() throws {
    let error = try #require(throws: StartFails.self) {
      try result { schedule, device in AlteredBackend(OpenCLBackend(device, schedule), flips: true) }
    }
    #expect(error.bits > 0 && error.description.contains("unet parity"))
  }

  /// A candidate that the device does not build is told and left out.
  @Test func aCandidateThatFailsIsNoEnd() throws {
    struct Refusal: Error, CustomStringConvertible { let description = "no registers left\nline 2" }
    let result = try result { schedule, device in
      guard schedule == Self.start else { throw Refusal() }
      return OpenCLBackend(device, schedule)
    }
    #expect(result.best == Self.start && result.trials.count == 10)
    let candidates = result.trials.dropFirst()
    #expect(candidates.allSatisfy { $0.outcome == .failed && $0.reason == "no registers left" })
  }

  /// A candidate that is slower stays out, one that is much faster is taken and confirmed.
  @Test func theFasterScheduleIsTaken() throws {
    let result = try result { schedule, device in
      guard case .vector(let vector) = schedule else { throw NoDevice(wanted: "vector", found: []) }
      return AlteredBackend(
        OpenCLBackend(device, schedule), delay: .milliseconds(vector.group == 64 ? 0 : 3))
    }
    guard case .vector(let best) = result.best else { throw NoDevice(wanted: "vector", found: []) }
    #expect(best.group == 64 && result.ratio < 0.9)
    #expect(result.trials.last?.outcome == .confirmed)
    #expect(result.trials.allSatisfy { $0.bits == 0 })
  }
}
