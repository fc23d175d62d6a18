import ArgumentParser
import UNetConfiguration
import UNetDevices
import UNetRuntime

/// `--device`, the same for every verb that computes.
struct DeviceOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where to run: \(DeviceChoice.spellings); `unet devices` lists them. (default: auto, the best graphics card, else cpu; "
        + "`parity` checks every OpenCL device)", valueName: "device"),
    transform: {
      guard let choice = DeviceChoice($0) else { throw ValidationError("must be \(DeviceChoice.spellings)") }
      return choice
    })
  var device: DeviceChoice?

  /// The backend that was chosen, else the best; for one of several processes of this computer another one each where there are several.
  func open(share: Int = 0) throws -> any Backend {
    let registry = Console.devices
    let backend = try registry.open(device ?? .automatic, share: share)
    if device ?? .automatic == .automatic { SystemCheck.tellUnofferedCards(registry, Console.logger) }
    return backend
  }
}
