import UNetCPU
import UNetOpenCL
import UNetRuntime

extension DeviceChoice {
  /// The backend that this choice means, opened, with the schedule that `UNET_SCHEDULE` asks for or the device's own.
  ///
  /// `auto` without any OpenCL device is the CPU backend, and says so on standard error.
  /// - Throws: `NoDevice`, `OpenCLError`, `UnknownSchedule`.
  public func open() throws -> any Backend {
    guard let device = try openDevice() else { return try CPUBackend() }
    return OpenCLBackend(device, Schedule(try Schedule.named(), for: device.description))
  }

  /// As `open`, but without a word in `UNET_SCHEDULE` once for each schedule.  The CPU backend has none.
  /// - Throws: `NoDevice`, `OpenCLError`, `UnknownSchedule`.
  public func openEverySchedule() throws -> [(schedule: Schedule.Name?, backend: any Backend)] {
    guard let device = try openDevice() else { return [(nil, try CPUBackend())] }
    let names = try Schedule.named().map { [$0] } ?? Schedule.Name.allCases
    return names.map { ($0, OpenCLBackend(device, Schedule($0, for: device.description))) }
  }

  /// The OpenCL device that this choice means; nil where it means the CPU backend.
  private func openDevice() throws -> Device? {
    switch self {
    case .cpu: return nil
    case .automatic:
      guard let best = DeviceChoice.usable.first else {
        say("no OpenCL device: running on the CPU backend, which gives the same results")
        return nil
      }
      return try Device.open(best.index)
    case .opencl:
      guard let best = DeviceChoice.usable.first else { throw missing }
      return try Device.open(best.index)
    case .numbered(let index): return try Device.open(index)
    case .named(let part):
      let found = DeviceChoice.usable.first { device in
        "\(device.name) \(device.platform)".lowercased().contains(part.lowercased())
      }
      guard let found else { throw missing }
      return try Device.open(found.index)
    }
  }

  private var missing: NoDevice { NoDevice(wanted: description, found: DeviceDescription.all()) }
  private static var usable: [DeviceDescription] { DeviceDescription.all().filter { $0.lacks.isEmpty } }
}
