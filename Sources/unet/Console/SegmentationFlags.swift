import ArgumentParser
import UNetPrediction

/// What `unet segment` may change of how a model is used.
struct SegmentationFlags: ParsableArguments {
  @Option(number: help("threshold")) var threshold: Double?
  @Option(number: help("rotations")) var rotations: Int?
  @Flag(inversion: .prefixedNo, help: help("flips")) var flips: Bool?
  @Option(number: help("seed-threshold")) var seedThreshold: Double?
  @Option(number: help("smallest-area")) var smallestArea: Int?
  @Option(number: help("grow")) var grow: Int?
  @Flag(inversion: .prefixedNo, help: help("fill-holes")) var fillHoles: Bool?

  func validate() throws { _ = try changed(SegmentationOptions(tile: 1)) }

  /// The options of `model` with what was asked for.
  func options(of model: Model) throws -> SegmentationOptions { try changed(SegmentationOptions(model)) }

  private func changed(_ options: SegmentationOptions) throws -> SegmentationOptions {
    var options = options
    let flags: [String: (any CustomStringConvertible)?] = [
      "threshold": threshold, "rotations": rotations, "flips": flips, "seed-threshold": seedThreshold,
      "smallest-area": smallestArea, "grow": grow, "fill-holes": fillHoles,
    ]
    try SegmentationOptions.options.read(flags: flags, into: &options)
    return options
  }

  private static func help(_ key: String) -> ArgumentHelp {
    SegmentationOptions.options.help(key, default: "the model's")
  }
}
