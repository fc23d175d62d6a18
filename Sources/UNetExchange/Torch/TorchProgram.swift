/// `swift_unet.py`, which defines and loads a network in PyTorch by a model's tensors and metadata.
package enum TorchProgram {
  /// The text of the file.
  package static var text: String { String(decoding: PackageResources.swift_unet_py, as: UTF8.self) }
}
