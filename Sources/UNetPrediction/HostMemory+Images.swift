import UNetImages
import UNetNumerics

extension HostMemory {
  /// Makes sure that this computer can hold what segmenting an image takes beside the image itself, before it is taken; of an image
  /// that is segmented by regions, what one of so many columns does.
  /// - Throws: `SegmentationError`.
  package static func check(
    _ image: any ImageRows, _ options: SegmentationOptions, of model: Model, width: Int? = nil
  ) throws {
    let isByRegion = width != nil && options.averaging.isSymmetric
    let isWhole = model.preparation.scale != 1 || options.averaging.passes > 1 && !isByRegion
    let pixels =
      isWhole
      ? allPixels(image, model)
      : Double(min(image.width, width ?? image.width) * min(image.height, options.tile))
    let bytes = Int(min(4 * pixels * Double(floats(options, of: model)), 1e18))
    guard !grants(bytes) else { return }
    throw SegmentationError.imageMemory(bytes: bytes, isAveraged: options.averaging.passes > 1)
  }

  /// The pixels at the larger of the image's and the network's resolution.
  private static func allPixels(_ image: any ImageRows, _ model: Model) -> Double {
    Double(image.height * image.width) * max(1, model.preparation.scale * model.preparation.scale)
  }

  /// Floats a pixel that is held: before and after it is prepared and what the network says of it; where versions are
  /// averaged, each of which may be twice as large, also one of them and their sums in double precision.
  private static func floats(_ options: SegmentationOptions, of model: Model) -> Int {
    let (channels, classes) = (model.channels, model.network.classes)
    if options.averaging.passes > 1 { return 4 * channels + 9 * classes }
    return 2 * channels + (options.logits ? 4 : 2) * classes
  }
}
