import UNetConfiguration
import UNetNumerics
import UNetRuntime

extension Experiment {
  /// Makes sure that there is memory for images to learn from of so many pixels in all at the experiment's scale,
  /// and for those that are held out, as they are.
  /// - Throws: `ConfigurationError`.
  func checkMemory(pixels: Int, heldOut: Int) throws {
    let scale = max(1, data.scale)
    let scaled = scale * scale * Double(pixels)
    let channels = network.channels ?? 1
    // Numbers of four bytes: values, label, class and instance; values, class and weight.
    let (frame, prepared) = (channels + 3, channels + 2)
    let numbers = scaled * Double(frame + prepared) + Double(heldOut) * Double(frame)
    let bytes = Int(min(4 * numbers, 1e18))
    guard !HostMemory.grants(bytes) else { return }
    throw ConfigurationError(
      name,
      "the images to learn from have \(Int(scaled / 1e6)) megapixels at data.scale \(data.scale), which need "
        + "\(MemoryShortage(bytes: bytes).size) of memory: give fewer or smaller ones, or lower data.scale")
  }
}
