import ArgumentParser
import UNetData
import UNetPrediction

/// What `unet segment` may change of how a model is used.
struct PredictionOptions: ParsableArguments {
  @Option(
    help:
      "A pixel is foreground where the probability of that is greater. (default: the model's, usually 0.5)")
  var threshold: Double?
  @Option(
    help: "Versions of the image, rotated evenly, whose probabilities are averaged. (default: the model's)")
  var rotations: Int?
  @Flag(
    inversion: .prefixedNo,
    help: "Average the raw scores of four flips of the image, of each rotation. (default: the model's)")
  var flips: Bool?
  @Option(help: "Instances of fewer pixels are removed. (default: the model's)")
  var smallestArea: Int?
  @Option(help: "Pixels by which instances grow into the background. (default: the model's)")
  var grow: Int?
  @Flag(
    inversion: .prefixedNo, help: "Fill background inside a single instance. (default: the model's)")
  var fillHoles: Bool?

  func validate() throws {
    if let threshold, !(0..<1).contains(threshold) {
      throw ValidationError("--threshold \(threshold): give a number from 0 to below 1, such as 0.5")
    }
    if let rotations, !TestTimeAugmentation.allowed.contains(rotations) {
      throw ValidationError("--rotations \(rotations): give a whole number from 1 to 360, such as 7")
    }
    if let smallestArea, smallestArea < 0 {
      throw ValidationError("--smallest-area \(smallestArea): give a number of pixels from 0")
    }
    if let grow, !(0...InstanceOptions.largestGrow).contains(grow) {
      throw ValidationError(
        "--grow \(grow): give a number of pixels from 0 to \(InstanceOptions.largestGrow)")
    }
  }

  /// The options of `model` with what was asked for.
  func options(of model: Model) -> SegmentationOptions {
    var options = SegmentationOptions(model)
    options.threshold = threshold ?? options.threshold
    options.averaging.rotations = rotations ?? options.averaging.rotations
    options.averaging.flips = flips ?? options.averaging.flips
    options.instances.smallestArea = smallestArea ?? options.instances.smallestArea
    options.instances.grow = grow ?? options.instances.grow
    options.instances.fillHoles = fillHoles ?? options.instances.fillHoles
    return options
  }
}
