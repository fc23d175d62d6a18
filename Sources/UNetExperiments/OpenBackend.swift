import UNetCPU
import UNetOpenCL
import UNetRuntime

extension DeviceChoice {
  /// The backend that this choice means, opened.
  ///
  /// `auto` without any OpenCL device is the CPU backend, and says so on standard error.
  /// - Throws: `NoDevice`, `OpenCLError`.
  public func open() throws -> any Backend {
    switch self {
    case .cpu: return try CPUBackend()
    case .automatic:
      guard let best = DeviceChoice.usable.first else {
        say("no OpenCL device: running on the CPU backend, which gives the same results")
        return try CPUBackend()
      }
      return OpenCLBackend(try Device.open(best.index))
    case .opencl:
      guard let best = DeviceChoice.usable.first else { throw missing }
      return OpenCLBackend(try Device.open(best.index))
    case .numbered(let index): return OpenCLBackend(try Device.open(index))
    case .named(let part):
      let found = DeviceChoice.usable.first { device in
        "\(device.name) \(device.platform)".lowercased().contains(part.lowercased())
      }
      guard let found else { throw missing }
      return OpenCLBackend(try Device.open(found.index))
    }
  }

  private var missing: NoDevice { NoDevice(wanted: description, found: DeviceDescription.all()) }
  private static var usable: [DeviceDescription] { DeviceDescription.all().filter { $0.lacks.isEmpty } }
}
