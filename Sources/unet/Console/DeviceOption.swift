import ArgumentParser
import UNetConfiguration
import UNetRuntime

/// `--device`, the same for every verb that computes.
struct DeviceOption: ParsableArguments {
  @Option(help: ArgumentHelp(help, valueName: "device"))
  var device: DeviceChoice?

  /// The backend that was chosen, else the best.
  func open() throws -> any Backend { try Console.devices.open(device ?? .automatic) }

  /// `cpu; opencl (the best OpenCL device); opencl:2 (its number in `unet devices`); ...`
  private static var help: String {
    let spellings = DeviceKind.all.reversed().flatMap { kind in
      guard let example = kind.example else { return [kind.word] }
      return [
        "\(kind.word) (the best \(kind.title))", "\(kind.word):2 (its number in `unet devices`)",
        "or a part of its name, \(kind.word):\(example)",
      ]
    }
    let best = DeviceKind.all.map { $0.example == nil ? $0.word : "the best \($0.title)" }
    return spellings.joined(separator: "; ") + ". Unless said otherwise above, "
      + best.joined(separator: ", else ") + " by default."
  }
}

extension DeviceChoice: ExpressibleByArgument {
  /// The choice in the words of the command.
  public init?(argument: String) { self.init(argument) }
}
