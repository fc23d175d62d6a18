import ArgumentParser
import UNetCPU
import UNetExperiments
import UNetGraph
import UNetOpenCL
import UNetRuntime

/// `unet parity`
struct ParityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parity",
    abstract: "Compares every operation and a short training on a device with the CPU backend, bit for bit.")

  @OptionGroup var device: DeviceOption

  func run() throws {
    let devices = try device.device.map { [$0] } ?? allDevices()
    var differing = 0
    for device in devices {
      let backend = try device.open()
      differing += try compare(backend)
    }
    guard differing == 0 else { throw ParityError(bits: differing) }
  }

  private func allDevices() throws -> [DeviceChoice] {
    let all = DeviceDescription.all()
    for device in all where !device.lacks.isEmpty {
      say("\(device.name) is left out: it lacks \(device.lacks.joined(separator: ", "))")
    }
    let usable = all.filter { $0.lacks.isEmpty }
    guard !usable.isEmpty else { throw NoDevice(wanted: "opencl", found: all) }
    return usable.map { .numbered($0.index) }
  }

  /// Prints a table and returns the number of bits that differ.
  private func compare<B: Backend>(_ backend: B) throws -> Int {
    let cpu = try CPUBackend()
    print("\(backend.name) against \(cpu.name)")
    let parity = Parity(cpu, backend)
    var sums: [(name: String, cases: Int, bits: Int)] = []
    for operation in ParityCases.all {
      let bits = try parity.bits(of: operation)
      if bits > 0 { say("\(operation): \(bits) bits differ") }
      if let at = sums.firstIndex(where: { $0.name == operation.name }) {
        sums[at].cases += 1
        sums[at].bits += bits
      } else {
        sums.append((operation.name, 1, bits))
      }
    }
    for sum in sums {
      print("  \(padded(sum.name, 24)) \(padded("\(sum.cases) shapes", 11)) \(sum.bits) bits differ")
    }
    for training in ParityCases.trainings {
      let digest = try parity.train(training)
      print(
        "  \(padded("training, \(training.name)", 24)) 20 steps    0 bits differ, sha256 \(digest.prefix(16))"
      )
    }
    return sums.map(\.bits).reduce(0, +)
  }

  private func padded(_ text: String, _ count: Int) -> String {
    text + String(repeating: " ", count: max(0, count - text.count))
  }
}

/// A device that does not compute what the CPU backend computes.
struct ParityError: Error, CustomStringConvertible {
  let bits: Int
  var description: String {
    "\(bits) bits differ: the device's compiler does not round as Documentation/numerics.md says; use another driver"
  }
}
