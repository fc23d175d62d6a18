import ArgumentParser
import Glibc
import UNetConfiguration
import UNetDevices
import UNetFiles
import UNetGraph
import UNetNumerics
import UNetOpenCL
import UNetRuntime
import UNetVerification
import UNetVersion

/// `unet parity`
struct ParityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parity",
    abstract: "Checks that a device computes the same bits as the CPU backend.",
    discussion: """
      Runs every operation at many shapes and a training of 20 steps of each network, with each kernel schedule that \
      the device can use (Documentation/kernels.md), and prints how many bits differ: 0 on a device that works.  \
      Without --device it checks every OpenCL device.  The exit status is 1 where a bit differs, or something cannot be compared.

      EXAMPLES
        unet parity --device opencl:0
      """)

  @OptionGroup var device: DeviceOption

  @Option(help: "Only operations whose name or shapes contain this text, and no training.") var only: String?

  @Flag(help: "Only the smallest case of each operation, and no training: for tools that watch every access.")
  var smallest = false

  @Option(
    help: ArgumentHelp(
      "Only this kernel schedule, such as 'vector: {sums: 12, strip: 48}'; parameters that are left out have the values that they have without a tuning. (default: every schedule with the parameters in use)",
      valueName: "yaml"))
  var schedule: String?

  @Flag(help: "Also every operation of a training step of the paper's network on 572² pixels; takes minutes.")
  var paper = false

  @Option(
    help: ArgumentHelp(
      "Write a report with devices, drivers, versions and digests: Markdown, or JSON where the name ends in .json. Includes --paper.",
      valueName: "file"), completion: .file())
  var report: String?
  @Flag(help: "Replace an existing report.") var overwrite = false

  private func matching(_ operations: [Operation]) -> [Operation] {
    operations.filter { only.map($0.description.contains) ?? true }
  }
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard !smallest || !paper && report == nil else {
      throw ValidationError("--smallest leaves out what --paper and --report include: give one or the other")
    }
    guard matching(ParityCases.all).isEmpty else { return }
    let names = Set(ParityCases.all.map(\.name)).sorted()
    throw ValidationError("--only \(only ?? "") is in no operation: give a part of \(alternatives(names))")
  }

  func run() throws {
    if let report {
      try Outputs(overwrite: overwrite).check([report])
      try AtomicFile.check(report)
    }
    let registry = Console.devices
    let reference = try registry.open(.cpu)
    var found = ParityReport(Provenance(device: reference.name, arguments: CommandLine.arguments))
    found.notCompared = leftOut
    for choice in try device.device.map({ [$0] }) ?? others(in: registry, &found) {
      let properties = try registry.properties(of: choice).properties
        .filter { !["schedule", "from"].contains($0.name) }.map { ParityReport.Property($0.name, $0.value) }
      for scheduled in try backends(of: choice, in: registry) {
        found.devices.append(try compare(scheduled, properties, reference))
      }
    }
    if let report { try write(found, to: report) }
    guard found.isEqual else { throw ParityError(total: found.total, isEqual: found.areBitsEqual) }
  }

  private func write(_ found: ParityReport, to file: String) throws {
    let text = try file.lowercased().hasSuffix(".json") ? json(found) + "\n" : found.markdown
    try AtomicFile.write(text, to: file, replacing: overwrite)
    printLine(file)
  }

  /// What these options leave out of every comparison.
  private var leftOut: [String] {
    var all: [String] = []
    if let only {
      all.append("operations whose name or shapes do not contain '\(only)', and trainings (--only)")
    }
    if let schedule { all.append("kernel schedules besides '\(schedule)' (--schedule)") }
    return all + [
      "other numbers and shapes than these: each operation is compared at the shapes counted here, on one set of numbers each",
      "drivers, devices and instruction sets besides those named here",
    ]
  }

  private func backends(of choice: DeviceChoice, in registry: DeviceRegistry) throws
    -> [ScheduledBackend]
  {
    do { return try registry.openSchedules(choice, yaml: schedule) } catch is NoSchedules {
      throw ConfigurationError("--schedule", "is for OpenCL devices: leave it out, or give --device opencl")
    } catch let error as ConfigurationError where schedule != nil && error.place.hasPrefix("schedule:") {
      throw ConfigurationError("--\(error.place)", error.problem)
    }
  }

  /// Every device but the CPU backend.
  private func others(in registry: DeviceRegistry, _ found: inout ParityReport) throws -> [DeviceChoice] {
    let all = registry.devices.filter { $0.choice != .cpu }
    for (_, device) in all where !device.lacks.isEmpty {
      let note = "\(device.name) is left out: it lacks \(device.lacks.joined(separator: ", "))"
      say(note)
      found.notCompared.append(note)
    }
    let usable = all.filter(\.device.lacks.isEmpty).map(\.choice)
    return usable.isEmpty ? [.of(.opencl, .best)] : usable
  }

  /// Compares everything that is asked for, and prints a line for each row.
  private func compare(
    _ scheduled: ScheduledBackend, _ properties: [ParityReport.Property], _ cpu: AnyBackend
  ) throws -> ParityReport.ComparedDevice {
    let backend = AnyBackend(scheduled.backend)
    print("\(backend.name) against \(cpu.name)")
    let parity = Parity(cpu, backend)
    let head = scheduled.schedule.map { "  \(padded($0, to: 6)) " } ?? "  "
    func tell(_ row: ParityReport.Row) {
      for difference in row.differences { say("\(head.dropFirst(2))\(difference)") }
      let digest = row.sha256.map { ", sha256 \($0.prefix(16))" } ?? ""
      let count = padded(row.counted, to: 11)
      print(
        "\(head)\(padded(row.name, to: 32)) \(count) \(row.bits.map { "\($0) bits differ" } ?? "differs")\(digest)"
      )
      fflush(nil)
    }
    var result = ParityReport.ComparedDevice(
      device: backend.name, properties: properties, schedule: scheduled.parameters)
    func found(_ row: ParityReport.Row) {
      result.rows.append(row)
      tell(row)
    }
    do {
      try parity.compare(matching(smallest ? ParityCases.smallest : ParityCases.all), found)
      if paper || report != nil {
        try parity.compare(matching(ParityCases.paper()), remark: ", paper's network", found)
      }
      for training in only == nil && !smallest ? ParityCases.trainings : [] {
        found(try parity.row(of: training))
      }
    } catch  where error is KernelBuildError || error is OpenCLError {
      // Another schedule may do; what this one had compared before stands.
      result.failure = "\(error)"
      for line in "\(head)\(error)".split(separator: "\n") { say(String(line)) }
    }
    return result
  }
}

/// A device that does not compute what the CPU backend computes.
struct ParityError: Error, CustomStringConvertible {
  let total: String
  /// Whether what could be compared is equal.
  let isEqual: Bool
  var description: String {
    let remedy =
      isEqual
      ? "what it says above keeps the device from more; update its driver, or use another schedule (UNET_SCHEDULE)"
      : "the device's compiler does not round as Documentation/numerics.md says; use another driver"
    return "\(total): \(remedy)"
  }
}
