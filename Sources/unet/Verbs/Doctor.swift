import ArgumentParser
import Foundation
import UNetDevices
import UNetRanks

/// `unet doctor`
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says what stands in the way of running here, and what to do about it.",
    discussion: """
      Looks at graphics cards and whether a driver offers them, at drivers that fail, processors, memory, and the folders that are \
      written to. A line begins with ok, note (it works, and could be better) or fix (it does not). The exit status is 1 where \
      something is to be fixed.

      EXAMPLES
        unet doctor
      """)
  @OptionGroup var verbosity: Verbosity

  func run() throws {
    let settings = EnvironmentVariable.deviceSettings
    let cache = settings.kernelCache.map { [("compiled kernels", $0)] } ?? []
    let check = try SystemCheck(Console.devices, folders: cache + [("runs", "runs")])
    for finding in check.findings + [ranks] {
      printLine(
        "\(finding.state.rawValue)\(String(repeating: " ", count: 6 - finding.state.rawValue.count))\(finding.text)"
      )
    }
    if !check.isHealthy { throw ExitCode(1) }
  }

  /// Whether processes can train together.
  private var ranks: SystemCheck.Finding {
    guard let library = Ranks.installed(ProcessInfo.processInfo.environment) else {
      return .init(
        state: .good,
        text:
          "no MPI library: training is by one process; `mpirun -n N unet train` needs one (Debian: openmpi-bin)"
      )
    }
    return .init(state: .good, text: "mpirun -n N unet train: \(library.words) (\(library.name))")
  }
}
