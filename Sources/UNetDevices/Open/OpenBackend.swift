import UNetCPU
import UNetConfiguration
import UNetOpenCL
import UNetProgress
import UNetRuntime

extension DeviceChoice {
  /// The backend that this choice means, opened, with the schedule that `UNET_SCHEDULE` asks for or that of the kind of
  /// device, and the parameters of `TunedSchedule`.
  ///
  /// `auto` without any OpenCL device is the CPU backend, and says so on standard error.
  /// - Throws: `NoDevice`, `OpenCLError`, `UnknownSchedule`, and what is wrong with the user's tuning.
  package func open() throws -> any Backend {
    guard let device = try openDevice() else { return try CPUBackend() }
    return try device.backend(KernelSchedule.named())
  }

  /// As `open`, but without a word in `UNET_SCHEDULE` once for each schedule.  The CPU backend has none.
  /// - Throws: as `open`.
  package func openEverySchedule() throws -> [(schedule: KernelSchedule.Name?, backend: any Backend)] {
    guard let device = try openDevice() else { return [(nil, try CPUBackend())] }
    let names = try KernelSchedule.named().map { [$0] } ?? KernelSchedule.Name.allCases
    return try names.map { ($0, try device.backend($0)) }
  }

  /// The OpenCL device that this choice means; nil where it means the CPU backend.
  /// - Throws: `NoDevice`, `OpenCLError`.
  package func openDevice() throws -> Device? {
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

extension Device {
  /// A backend that works by the schedule `name`, or that of its kind, with the parameters of `TunedSchedule`.
  fileprivate func backend(_ name: KernelSchedule.Name?) throws -> OpenCLBackend {
    OpenCLBackend(self, try TunedSchedule(name, for: TuningTarget(description)).schedule)
  }
}
