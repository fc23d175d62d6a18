import Logging
import UNetConfiguration
import UNetOpenCL
import UNetRuntime

extension ArithmeticError: UnfitDevice {}

/// What the OpenCL drivers of this computer offer.
package struct OpenCLDevices: DeviceProvider {
  package let kind = DeviceKind.opencl
  package let remedy = "install the GPU maker's driver, or on Debian: apt-get install pocl-opencl-icd"
  package var notes: [String] { DeviceDescription.notes() }

  /// The kind.
  package init() {}

  package func failures(_ settings: DeviceSettings) -> [String] {
    DeviceDescription.failures()
      + DriverFiles.failures(in: settings.drivers ?? DriverFiles.usual)
  }

  package var devices: [FoundDevice] {
    DeviceDescription.all().map {
      FoundDevice(
        name: $0.name, maker: $0.platform, lacks: $0.lacks,
        rank: [.gpu, .accelerator].contains($0.kind) ? .card : .driversProcessor)
    }
  }

  package func describe(_ index: Int, _ settings: DeviceSettings) throws -> DeviceProperties {
    let device = DeviceDescription.all()[index]
    let tuned = try TunedSchedule(
      scheduleName(settings), for: TuningTarget(device), folder: settings.tunings)
    return DeviceProperties(
      "\(device.name) (\(device.kind.rawValue))\(device.lacks.isEmpty ? "" : " cannot be used")",
      [
        "platform": "\(device.platform), \(device.version)", "driver": device.driver,
        "memory":
          "\(gigabytes(device.memory)), at most \(gigabytes(device.largestBuffer)) in one buffer",
        "units": "\(device.computeUnits)",
        "lacks": device.lacks.isEmpty ? "nothing" : device.lacks.joined(separator: ", "),
        "schedule": "\(tuned.schedule)", "from": source(of: tuned, device),
      ])
  }

  package func open(_ index: Int, _ settings: DeviceSettings, _ logger: Logger) throws -> any Backend {
    let device = try openDevice(index, settings, logger)
    let backend = try tuned(scheduleName(settings), device, settings)
    try backend.checkArithmetic()
    return backend
  }

  package func openSchedules(_ index: Int, yaml: String?, _ settings: DeviceSettings, _ logger: Logger) throws
    -> [ScheduledBackend]?
  {
    let device = try openDevice(index, settings, logger)
    if let yaml {
      let schedule = try KernelSchedule(
        yaml: yaml, place: "schedule", for: TuningTarget(device.description))
      return [scheduled(OpenCLBackend(device, schedule))]
    }
    let names = try scheduleName(settings).map { [$0] } ?? KernelSchedule.Name.allCases
    return try names.map { scheduled(try tuned($0, device, settings)) }
  }

  private func scheduled(_ backend: OpenCLBackend) -> ScheduledBackend {
    ScheduledBackend(
      schedule: backend.schedule.name.rawValue, parameters: backend.schedule.description, backend: backend)
  }

  package func tuning(_ index: Int, _ settings: DeviceSettings, _ logger: Logger) throws -> TunableDevice? {
    let device = try openDevice(index, settings, logger)
    let target = TuningTarget(device.description)
    return TunableDevice(
      target: target, start: target.standard(try scheduleName(settings)),
      userFile: settings.tunings.map(target.userFile), make: { OpenCLBackend(device, $0) })
  }

  private func openDevice(_ index: Int, _ settings: DeviceSettings, _ logger: Logger) throws -> Device {
    let driver = DriverSettings(kernels: settings.kernelSources, programs: settings.kernelCache)
    for note in notes { logger.info("\(note)") }
    if let folder = settings.kernelSources {
      logger.info("kernels are those of \(folder), not the command's own")
    }
    return try Device.open(index, driver, logger: logger)
  }

  private func tuned(_ name: KernelSchedule.Name?, _ device: Device, _ settings: DeviceSettings) throws
    -> OpenCLBackend
  {
    let target = TuningTarget(device.description)
    return OpenCLBackend(device, try TunedSchedule(name, for: target, folder: settings.tunings).schedule)
  }

  private func scheduleName(_ settings: DeviceSettings) throws -> KernelSchedule.Name? {
    try settings.schedule.map(KernelSchedule.Name.init(word:))
  }

  private func source(of tuned: TunedSchedule, _ device: DeviceDescription) -> String {
    guard let file = tuned.file else { return "the values in the code" }
    guard let origin = tuned.origin else { return file }
    let stale = origin.driver == device.driver ? "" : " with driver \(origin.driver)"
    return "\(file), found on \(origin.date)\(stale)"
  }
}
