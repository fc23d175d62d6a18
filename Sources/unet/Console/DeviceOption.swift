import ArgumentParser
import UNetConfiguration

/// `--device`, the same for every verb that computes.
struct DeviceOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "cpu; opencl (the best OpenCL device); opencl:2 (its number in `unet devices`); or a part of its name, opencl:nvidia. By default the best OpenCL device, else cpu.",
      valueName: "device"))
  var device: DeviceChoice?
}

extension DeviceChoice: ExpressibleByArgument {
  /// The choice in the words of the command.
  package init?(argument: String) { self.init(argument) }
}
