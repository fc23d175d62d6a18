import UNetOptions

/// Where to run: `--device` and the experiment's `device`.
package enum DeviceChoice: Equatable, Sendable, CustomStringConvertible {
  /// `auto`: the best OpenCL device, else the CPU backend.
  case automatic
  /// `cpu`: the CPU backend.
  case cpu
  /// `opencl`: the best OpenCL device.
  case opencl
  /// `opencl:2`: by its number in `unet devices`.
  case numbered(Int)
  /// `opencl:nvidia`: by a part of its name.
  case named(String)

  /// The choice in the words of the command; `nil` where they mean none.
  package init?(_ text: String) {
    switch text {
    case "auto": self = .automatic
    case "cpu": self = .cpu
    case "opencl": self = .opencl
    default:
      guard text.hasPrefix("opencl:"), text.count > "opencl:".count else { return nil }
      let name = String(text.dropFirst("opencl:".count))
      self = Int(name).map { .numbered($0) } ?? .named(name)
    }
  }

  /// The words of the command.
  package var description: String {
    switch self {
    case .automatic: "auto"
    case .cpu: "cpu"
    case .opencl: "opencl"
    case .numbered(let number): "opencl:\(number)"
    case .named(let name): "opencl:\(name)"
    }
  }
}

extension DeviceChoice {
  /// The words of the command.
  package static let optionType = OptionType<DeviceChoice>(
    "`auto`, `cpu`, `opencl`, `opencl:NUMBER` or `opencl:PART-OF-NAME`", write: { .text("\($0)") },
    read: { value in
      guard let choice = DeviceChoice(try value.text()) else {
        throw value.mismatch("auto, cpu, opencl, opencl:2 (its number) or opencl:nvidia (a part of its name)")
      }
      return choice
    })
}
