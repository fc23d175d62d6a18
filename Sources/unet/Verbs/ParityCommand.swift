import ArgumentParser
import UNetConfiguration
import UNetDevices
import UNetGraph
import UNetNumerics
import UNetRuntime
import UNetVerification

/// `unet parity`
struct ParityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parity",
    abstract: "Checks that a device computes the same bits as the CPU backend.",
    discussion: """
      Runs every operation at many shapes and a training of 20 steps of each network, with each kernel schedule that \
      the device can use (Documentation/kernels.md), and prints how many bits differ: 0 on a device that works.  \
      Without --device it checks every OpenCL device.
      """)

  @OptionGroup var device: DeviceOption

  @Option(help: "Only operations whose name or shapes contain this text, and no training.") var only: String?

  @Option(
    help: ArgumentHelp(
      "Only this kernel schedule, such as 'vector: {sums: 12, strip: 48}'; parameters that are left out have the values that they have without a tuning. (default: every schedule with the parameters in use)",
      valueName: "yaml"))
  var schedule: String?

  private var operations: [Operation] {
    ParityCases.all.filter { only.map($0.description.contains) ?? true }
  }

  func validate() throws {
    guard operations.isEmpty else { return }
    let names = Set(ParityCases.all.map(\.name)).sorted()
    throw ValidationError("--only \(only ?? "") is in no operation: give a part of \(alternatives(names))")
  }

  func run() throws {
    let registry = Console.devices
    let reference = try registry.open(.cpu)
    var differing = 0
    for device in try device.device.map({ [$0] }) ?? others(in: registry) {
      for (schedule, backend) in try backends(of: device, in: registry) {
        differing += try compare(backend, schedule, reference)
      }
    }
    guard differing == 0 else { throw ParityError(bits: differing) }
  }

  private func backends(of choice: DeviceChoice, in registry: DeviceRegistry) throws
    -> [(schedule: String?, backend: any Backend)]
  {
    do { return try registry.openSchedules(choice, yaml: schedule) } catch is NoSchedules {
      throw ConfigurationError("--schedule", "is for OpenCL devices: leave it out, or give --device opencl")
    } catch let error as ConfigurationError where schedule != nil && error.place.hasPrefix("schedule:") {
      throw ConfigurationError("--\(error.place)", error.problem)
    }
  }

  /// Every device but the CPU backend.
  private func others(in registry: DeviceRegistry) throws -> [DeviceChoice] {
    let all = registry.devices.filter { $0.choice != .cpu }
    for (_, device) in all where !device.lacks.isEmpty {
      say("\(device.name) is left out: it lacks \(device.lacks.joined(separator: ", "))")
    }
    let usable = all.filter(\.device.lacks.isEmpty).map(\.choice)
    return usable.isEmpty ? [.of(.opencl, .best)] : usable
  }

  /// Prints a table and returns the number of bits that differ.
  private func compare(_ backend: some Backend, _ schedule: String?, _ cpu: some Backend) throws -> Int {
    let head = schedule.map { "  \(padded($0, to: 6)) " } ?? "  "
    print("\(backend.name) against \(cpu.name)")
    let parity = Parity(cpu, backend)
    var sums: [(name: String, cases: Int, bits: Int)] = []
    for operation in operations {
      let bits = try parity.bits(of: operation)
      if bits > 0 { say("\(head.dropFirst(2))\(operation): \(bits) bits differ") }
      if let at = sums.firstIndex(where: { $0.name == operation.name }) {
        sums[at].cases += 1
        sums[at].bits += bits
      } else {
        sums.append((operation.name, 1, bits))
      }
    }
    for sum in sums {
      print(
        "\(head)\(padded(sum.name, to: 24)) \(padded("\(sum.cases) shapes", to: 11)) \(sum.bits) bits differ")
    }
    for training in only == nil ? ParityCases.trainings : [] {
      let digest = try parity.train(training)
      print(
        "\(head)\(padded("training, \(training.name)", to: 24)) 20 steps    0 bits differ, sha256 \(digest.prefix(16))"
      )
    }
    return sums.map(\.bits).reduce(0, +)
  }
}

/// A device that does not compute what the CPU backend computes.
struct ParityError: Error, CustomStringConvertible {
  let bits: Int
  var description: String {
    "\(bits) bits differ: the device's compiler does not round as Documentation/numerics.md says; use another driver"
  }
}
