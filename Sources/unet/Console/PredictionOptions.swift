import ArgumentParser
import UNetConfiguration
import UNetPrediction

/// What `unet segment` may change of how a model is used.
struct PredictionOptions: ParsableArguments {
  @Option(help: help("threshold")) var threshold: Double?
  @Option(help: help("rotations")) var rotations: Int?
  @Flag(inversion: .prefixedNo, help: help("flips")) var flips: Bool?
  @Option(help: help("smallest-area")) var smallestArea: Int?
  @Option(help: help("grow")) var grow: Int?
  @Flag(inversion: .prefixedNo, help: help("fill-holes")) var fillHoles: Bool?

  func validate() throws {
    var options = SegmentationOptions(tile: 1)
    do { try change(&options) } catch let error as ConfigurationError { throw ValidationError(error.problem) }
  }

  /// The options of `model` with what was asked for.
  func options(of model: Model) throws -> SegmentationOptions {
    var options = SegmentationOptions(model)
    try change(&options)
    return options
  }

  private func change(_ options: inout SegmentationOptions) throws {
    let given: [String: (any CustomStringConvertible)?] = [
      "threshold": threshold, "rotations": rotations, "flips": flips, "smallest-area": smallestArea,
      "grow": grow, "fill-holes": fillHoles,
    ]
    let strings = given.compactMapValues { $0?.description }
    try SegmentationOptions.options.read(given: strings, into: &options) { "--\($0)" }
  }

  /// The help of the flag that changes the option at `key`.
  private static func help(_ key: String) -> ArgumentHelp {
    ArgumentHelp("\(SegmentationOptions.options[key].meaning) (default: the model's)")
  }
}
