import Foundation
import UNetDevices
import UNetFiles
import UNetNumerics
import UNetOpenCL

/// The environment variables that the command heeds, of which libraries know nothing.  One that is empty is not set.
enum EnvironmentVariable: String, CaseIterable {
  case data = "UNET_DATA"
  case instructions = "UNET_CPU"
  case schedule = "UNET_SCHEDULE"
  case kernels = "UNET_KERNELS"
  case mpi = "UNET_MPI"
  case cache = "XDG_CACHE_HOME"
  case configuration = "XDG_CONFIG_HOME"
  case terminal = "TERM"

  /// What it is set to.
  var value: String? { Self.given(rawValue) }

  /// What it says, in the command's help.
  var meaning: String {
    switch self {
    case .data: "the folder that relative paths in experiments start from"
    case .instructions: "the CPU backend's instruction set: avx512, avx2 or baseline"
    case .schedule: "how OpenCL devices divide their work: vector or tile"
    case .kernels: "a folder of OpenCL C to compile in place of the built-in"
    case .mpi: "the MPI library for `mpirun`, such as libmpi.so.40"
    case .cache: "compiled kernels are kept below it (default ~/.cache)"
    case .terminal: "dumb: no line on a terminal is replaced; nothing is coloured"
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
      drivers: given("OCL_ICD_VENDORS"))
  }

  /// The folder that the user has named for PoCL's cache.
  static var poclCache: String? { given("POCL_CACHE_DIR") }

  /// Sees to what PoCL needs before that driver is woken: a linker that it finds, and a folder for its cache.  Without the one,
  /// or where the other has no name, it would end the process; a folder that cannot be written to is replaced, unless the user
  /// has named it.
  static func preparePoCL() {
    let folders = (given("PATH") ?? "").split(separator: ":").map(String.init)
    if !folders.contains(where: { Files.exists(Path.join($0, "ld")) }) {
      setenv("PATH", (folders + ["/usr/local/bin", "/usr/bin", "/bin"]).joined(separator: ":"), 1)
    }
    if let poclCache { return PoCLCache.warn(of: poclCache) }
    unsetenv("POCL_CACHE_DIR")
    PoCLCache.prepare(UserFolder.cache.path(ProcessInfo.processInfo.environment) + "/pocl")
  }

  /// Lets the OpenCL loader find NVIDIA's driver where no file names it, unless the user has said where it looks; once.
  static let unlistedDriver: Void = {
    guard given("OCL_ICD_VENDORS") == nil, let library = UnlistedDriver.library else { return }
    let folder = UserFolder.cache.path(ProcessInfo.processInfo.environment) + "/vendors"
    guard UnlistedDriver.list(library, in: folder) else { return }
    setenv("OCL_ICD_VENDORS", folder, 1)
    Console.logger.debug("no file in \(DriverFiles.usual) names \(library): it is used all the same")
  }()

  private static func given(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }
}
