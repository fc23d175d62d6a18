import Foundation
import Logging
import UNetCPU
import UNetConfiguration
import UNetNumerics
import UNetRuntime

/// This computer's processor, which is always there.
package struct CPUDevices: DeviceProvider {
  package let kind = DeviceKind.cpu
  package let remedy = "it is always there"

  /// The kind.
  package init() {}

  package let devices = [
    FoundDevice(name: "CPU", rank: InstructionSet.isFast ? .processor : .slowProcessor)
  ]

  package func describe(_ index: Int, _ settings: DeviceSettings) throws -> DeviceProperties {
    let process = ProcessInfo.processInfo
    return DeviceProperties(
      "\(try backend(settings).name): the built-in CPU backend, no driver needed",
      [
        "memory": gigabytes(process.physicalMemory), "units": "\(HostThreads.count)",
        "lacks": "nothing",
      ])
  }

  package func open(_ index: Int, _ settings: DeviceSettings, _ logger: Logger) throws -> any Backend {
    let backend = try backend(settings)
    if backend.isSlow {
      logger.info(
        "\(backend.name) has no fused multiply-add, which is computed instead: it is some fifty times slower")
    }
    return backend
  }

  private func backend(_ settings: DeviceSettings) throws -> CPUBackend {
    try CPUBackend(instructionSet: settings.instructionSet.map(InstructionSet.named))
  }
}

/// Memory for people.
func gigabytes(_ bytes: UInt64) -> String { String(format: "%.1f GiB", Double(bytes) / 1_073_741_824) }
