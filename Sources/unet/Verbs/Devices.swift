import ArgumentParser
import UNetDevices

/// `unet devices`
struct Devices: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists every OpenCL device and the CPU backend; * marks the default.",
    discussion: "The word in front, such as opencl:0 or cpu, is what --device takes.")

  func run() throws { print(try DeviceTable(Console.devices).text) }
}
