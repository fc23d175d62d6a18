import ArgumentParser
import UNetDevices

/// `unet devices`
struct Devices: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists the OpenCL devices and the CPU backend; * marks the default.",
    discussion: """
      Give the word in front, such as opencl:0 or cpu, to --device. A device that lacks something is not used.

      EXAMPLES
        unet devices
      """
  )
  @OptionGroup var verbosity: Verbosity

  func run() throws {
    let registry = Console.devices
    print(try DeviceListing(registry).text)
    SystemCheck.tellUnofferedCards(registry, Console.logger)
  }
}
