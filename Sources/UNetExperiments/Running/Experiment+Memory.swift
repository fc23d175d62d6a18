import UNetConfiguration
import UNetNumerics
import UNetRuntime

extension Experiment {
  /// Makes sure that there is memory for images to learn from of so many pixels in all at the experiment's scale: the values of
  /// each pixel as they are and prepared, its label, number, classes and weight.
  /// - Throws: `ConfigurationError`.
  func checkMemory(pixels: Int) throws {
    let scale = max(1, data.scale)
    let scaled = scale * scale * Double(pixels)
    let bytes = Int(min(scaled * 4 * Double(2 * (network.channels ?? 1) + 5), 1e18))
    guard !HostMemory.grants(bytes) else { return }
    throw ConfigurationError(
      name,
      "the images to learn from have \(Int(scaled / 1e6)) megapixels at data.scale \(data.scale), which need "
        + "\(MemoryShortage(bytes: bytes).size) of memory: give fewer or smaller ones, or lower data.scale")
  }
}
