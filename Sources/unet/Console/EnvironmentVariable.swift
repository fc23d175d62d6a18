import Foundation
import UNetDevices
import UNetFiles
import UNetNumerics

/// The environment variables that the command heeds, of which libraries know nothing.  One that is empty is not set.
enum EnvironmentVariable: String, CaseIterable {
  case data = "UNET_DATA"
  case instructions = "UNET_CPU"
  case schedule = "UNET_SCHEDULE"
  case kernels = "UNET_KERNELS"
  case cache = "XDG_CACHE_HOME"
  case configuration = "XDG_CONFIG_HOME"

  /// What it is set to.
  var value: String? { ProcessInfo.processInfo.environment[rawValue].flatMap { $0.isEmpty ? nil : $0 } }

  /// What it says, in the command's help.
  var meaning: String {
    switch self {
    case .data: "the folder that relative paths in experiments start from"
    case .instructions: "the CPU backend's instruction set: avx512, avx2 or baseline"
    case .schedule: "how OpenCL devices divide their work: vector or tile"
    case .kernels: "a folder of OpenCL C to compile in place of the built-in"
    case .cache: "compiled kernels are kept below it (default ~/.cache)"
    case .configuration: "results of `unet tune` are kept below it (default ~/.config)"
    }
  }

  /// The user's home folder, for which `~` stands in an experiment.
  static var home: String { UserFolder.home(ProcessInfo.processInfo.environment) }

  /// Every variable, a line each.
  static var help: String {
    allCases.map { padded($0.rawValue, to: 17) + $0.meaning }.joined(separator: "\n")
  }

  /// How devices are to be used.
  static var deviceSettings: DeviceSettings {
    let environment = ProcessInfo.processInfo.environment
    return DeviceSettings(
      instructionSet: instructions.value, schedule: schedule.value, kernelSources: kernels.value,
      kernelCache: UserFolder.cache.path(environment) + "/kernels",
      tunings: UserFolder.configuration.path(environment) + "/tuning",
      drivers: environment["OCL_ICD_VENDORS"].flatMap { $0.isEmpty ? nil : $0 })
  }

  /// Unsets what PoCL, a driver, ends the process over: a folder for its cache that has no name.
  static func unsetEmpty() {
    if let folder = getenv("POCL_CACHE_DIR"), folder.pointee == 0 { unsetenv("POCL_CACHE_DIR") }
  }
}
