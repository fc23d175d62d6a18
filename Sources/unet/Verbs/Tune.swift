import ArgumentParser
import Foundation
import UNetConfiguration
import UNetDevices
import UNetFiles
import UNetNetworks
import UNetNumerics
import UNetTuning

/// `unet tune`
struct Tune: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Finds the fastest parameters of a device's kernels and keeps them for later commands.",
    discussion: """
      Varies one parameter of the kernel schedule at a time, starting from the values in the code \
      (Documentation/kernels.md). A candidate is compared with the CPU backend, bit for bit; then the operations of a \
      training step that it affects are timed in turns with the best so far, and it is taken if they are at least 2 % \
      faster. No parameter changes a result. UNET_SCHEDULE=vector or tile chooses the schedule that is tuned.

      The result is written to $XDG_CONFIG_HOME/swift-unet/tuning/DEVICE.yaml (or below ~/.config), where every later \
      command on this device finds it; `unet devices` shows what is in use. An interrupted search writes nothing.

      EXAMPLES
        unet tune --device opencl --size 572 --width 64
      """)

  @OptionGroup var device: DeviceOption
  @Option(number: "Pixels a side of the tile. (default: 572, on CPUs 284)") var size: Int?
  @Option(number: "Feature channels of the first level. (default: 64, on CPUs 32)") var width: Int?
  @Option(number: "Number of times that a candidate is timed; medians are compared.") var runs = 5
  @Option(
    help: "Another file to write, which is used only once it is copied to the place above.",
    completion: .file())
  var output: String?
  @Flag(help: "Replace an existing file.") var overwrite = false
  @Flag(help: "Print JSON, times in seconds; the candidates go to standard error.") var json = false
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard (2...1000).contains(runs) else { throw ValidationError("--runs \(runs): give from 2 to 1000") }
    try network(width: width ?? 64).check(size: size)
  }

  private func network(width: Int) throws -> Network {
    try UNet().with(flags: ["width": width, "dropout": 0])
  }

  func run() throws {
    let registry = Console.devices
    let device: TunableDevice
    do { device = try registry.tuning(self.device.device ?? tunable(of: registry)) } catch let error
      as NoSchedules
    {
      return say("\(error); give --device opencl")
    }
    let target = device.target
    let file = output ?? device.userFile ?? "tuning.yaml"
    try Outputs(overwrite: overwrite).check([file])
    if output == nil { try Files.makeFolder(Path.folder(of: file)) }
    try AtomicFile.check(file)
    Interruption.watch()
    let (size, width) = target.kind == .cpu ? (size ?? 284, width ?? 32) : (size ?? 572, width ?? 64)
    tell("\(target.name), a training step of \(size)², width \(width)")
    let tuner = Tuner(
      against: try registry.open(.cpu), network: try network(width: width), size: size, runs: runs,
      observer: Console.observer { tell(line($0)) }, make: device.make)
    let result = try tuner.run(from: device.start, on: target.limits)
    let origin = TuningFile.Origin(
      device: target.name, driver: target.driver,
      date: String(ISO8601DateFormatter().string(from: Date()).prefix(10)), size: size, width: width)
    // Another search may have written it meanwhile.
    try AtomicFile.write(
      TuningFile(origin: origin, schedules: [result.best]).yaml(comment: comment(result)), to: file,
      replacing: overwrite)
    try finish(result, origin, file)
  }

  /// The first OpenCL device, else what there is.
  private func tunable(of registry: DeviceRegistry) -> DeviceChoice {
    let opencl = DeviceChoice("opencl") ?? .automatic
    return registry.devices.contains { $0.choice.description.hasPrefix("\(opencl)") } ? opencl : .automatic
  }

  private func comment(_ result: TuningResult) -> String {
    "Made by `unet tune`: \(String(format: "%.3f", result.ratio)) times the time of the values in the code."
  }

  /// A line for a trial: outcome, bits, time, ratio, parameters.
  private func line(_ trial: TuningTrial) -> String {
    let head = padded(trial.outcome.rawValue, to: 12)
    let bits = trial.checked > 0 ? "\(trial.bits) bits differ in \(trial.checked) operations  " : ""
    let time =
      if let seconds = trial.seconds, let ratio = trial.ratio {
        String(format: "%9.2f ms, ratio %.3f  ", seconds * 1e3, ratio)
      } else {
        ""
      }
    return head + bits + time + trial.schedule.description + (trial.reason.map { "  \($0)" } ?? "")
  }

  private func finish(_ result: TuningResult, _ origin: TuningFile.Origin, _ path: String) throws {
    guard !json else {
      let record = Record(
        device: origin.device, driver: origin.driver, size: origin.size, width: origin.width, file: path,
        result: result)
      return try printJSON(record)
    }
    print("best        \(result.best)")
    print("ratio       \(String(format: "%.3f", result.ratio)) of the time by the values in the code")
    printLine("written     \(path)")
  }

  private func tell(_ text: String) {
    if json { say(text) } else { print(text) }
    fflush(nil)
  }

  /// What `--json` prints.
  private struct Record: Encodable {
    let device: String, driver: String, size: Int, width: Int, file: String, result: TuningResult
  }
}
