import Testing
import UNetCPU
import UNetGraph
import UNetOpenCL
import UNetVerification

/// Every value that `unet tune` tries gives the same bits, on the operations that it touches, on every device.
@Suite struct AllowedScheduleTests {
  /// The values in the code, and each schedule that differs from them in one parameter.
  private static func schedules(_ name: KernelSchedule.Name, on device: Device) -> [(
    ScheduleParameter, KernelSchedule
  )] {
    let start = KernelSchedule(name, for: device.description)
    return ScheduleParameter.all(of: name).flatMap { parameter in
      parameter.candidates(besides: start, on: device.description.limits).map { (parameter, $0) }
    }
  }

  /// Of each name and algorithm, one operation that the parameter touches, none of the largest.
  private static func few(_ parameter: ScheduleParameter) -> [Operation] {
    let groups = Dictionary(grouping: ParityCases.all.filter(parameter.touches)) {
      "\($0.name) \($0.algorithm.map(\.rawValue) ?? "")"
    }
    return groups.values.map { operations in
      let sorted = operations.sorted { $0.flops < $1.flops }
      return sorted[2 * sorted.count / 3]
    }
  }

  @Test(arguments: KernelSchedule.Name.allCases)
  func everyAllowedValueGivesTheSameBits(name: KernelSchedule.Name) throws {
    let cpu = try CPUBackend()
    for description in DeviceDescription.all() where description.lacks.isEmpty {
      let device = try Device.open(description.index)
      let schedules = Self.schedules(name, on: device)
      try #require(schedules.count >= 9)
      for (parameter, schedule) in schedules {
        let operations = Self.few(parameter)
        try #require(!operations.isEmpty)
        for operation in operations {
          let bits = try Parity(cpu, OpenCLBackend(device, schedule)).bits(of: operation)
          #expect(bits == 0, "\(description.name), \(schedule): \(operation)")
        }
      }
    }
  }

  /// Values together that differ from the usual ones, so that no two parameters rely on each other.
  @Test func unusualValuesTogetherGiveTheSameBits() throws {
    let schedule = KernelSchedule.vector(VectorSchedule(sums: 28, strip: 12, group: 64))
    let operations = ParityCases.all.filter { $0.algorithm == .winograd }
    for description in DeviceDescription.all() where description.lacks.isEmpty {
      let backend = OpenCLBackend(try Device.open(description.index), schedule)
      for operation in operations {
        #expect(try Parity(CPUBackend(), backend).bits(of: operation) == 0, "\(operation)")
      }
    }
  }
}
