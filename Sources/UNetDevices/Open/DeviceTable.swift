import Foundation
import UNetCPU
import UNetOpenCL

/// Where this machine can run a network, as text: `unet devices`.
package struct DeviceTable: Sendable {
  private let devices: [DeviceDescription]
  private let schedules: [TunedSchedule]
  private let cpu: String

  /// What the OpenCL loader lists now.
  /// - Throws: `CPUError` where `UNET_CPU` asks for instructions that the processor lacks, `UnknownSchedule`, and what
  ///   is wrong with the user's tuning of a device.
  package init() throws {
    (devices, cpu) = (DeviceDescription.all(), try CPUBackend().name)
    let name = try KernelSchedule.named()
    schedules = try devices.map { try TunedSchedule(name, for: TuningTarget($0)) }
  }

  /// A few lines for each device, `*` before the default, then the CPU backend.
  package var text: String {
    let best = devices.first { $0.lacks.isEmpty }
    let blocks = zip(devices, schedules).map {
      block("opencl:\($0.index)", isDefault: $0.index == best?.index, lines(of: $0, $1))
    }
    let cpu = block("cpu", isDefault: best == nil, cpuLines)
    let remedy =
      devices.isEmpty
      ? ["no OpenCL device: install the GPU maker's driver, or on Debian: apt-get install pocl-opencl-icd"]
      : []
    return (blocks + [cpu] + remedy).joined(separator: "\n")
  }

  private func block(_ choice: String, isDefault: Bool, _ lines: [String]) -> String {
    let head = (isDefault ? "* " : "  ") + choice
    let indent = String(repeating: " ", count: 14)
    return lines.enumerated().map { number, line in
      number == 0 ? head.padding(toLength: 14, withPad: " ", startingAt: 0) + line : indent + line
    }.joined(separator: "\n")
  }

  private func lines(of device: DeviceDescription, _ tuned: TunedSchedule) -> [String] {
    let lacks = device.lacks.joined(separator: ", ")
    return [
      "\(device.name) (\(device.kind.rawValue))\(device.lacks.isEmpty ? "" : " cannot be used")",
      "platform  \(device.platform), \(device.version)",
      "driver    \(device.driver)",
      "memory    \(gigabytes(device.memory)), at most \(gigabytes(device.largestBuffer)) in one buffer",
      "units     \(device.computeUnits)",
      "lacks     \(lacks.isEmpty ? "nothing" : lacks)",
      "schedule  \(tuned.schedule)",
      "from      \(source(of: tuned, device))",
    ]
  }

  private func source(of tuned: TunedSchedule, _ device: DeviceDescription) -> String {
    guard let file = tuned.file else { return "the values in the code" }
    guard let origin = tuned.origin else { return file }
    let stale = origin.driver == device.driver ? "" : " with driver \(origin.driver)"
    return "\(file), found on \(origin.date)\(stale)"
  }

  private var cpuLines: [String] {
    let process = ProcessInfo.processInfo
    return [
      "\(cpu): the built-in CPU backend, no driver needed",
      "memory    \(gigabytes(process.physicalMemory))",
      "units     \(process.activeProcessorCount)",
      "lacks     nothing",
    ]
  }

  private func gigabytes(_ bytes: UInt64) -> String {
    String(format: "%.1f GiB", Double(bytes) / 1_073_741_824)
  }
}
