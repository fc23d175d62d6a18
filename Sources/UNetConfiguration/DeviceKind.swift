/// A kind of device, as it is spelt: `cpu`, `opencl`.
public struct DeviceKind: Hashable, Sendable {
  /// The word that chooses it.
  package let word: String
  /// What it is, for people: `OpenCL device`.
  package let title: String
  /// A part of a device's name, as an example; nil where there is only one device.
  package let example: String?

  /// A kind called so.
  package init(_ word: String, _ title: String, example: String? = nil) {
    (self.word, self.title, self.example) = (word, title, example)
  }

  /// This computer's processor.
  public static let cpu = DeviceKind("cpu", "CPU backend")
  /// What an OpenCL driver offers.
  public static let opencl = DeviceKind("opencl", "OpenCL device", example: "nvidia")

  /// Every kind, in the order of `DeviceRegistry.standard`; `auto` means a device of the first that has one.
  package static let all = [opencl, cpu]
}
