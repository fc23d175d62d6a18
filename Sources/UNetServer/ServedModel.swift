import UNetFiles
import UNetPrediction

/// What clients are told of the model.
struct ServedModel: Encodable, Sendable {
  /// The experiment that it comes of, and the digest of that.
  let experiment: String, hash: String
  /// How many models are averaged.
  let models: Int
  /// The names of class 0, 1 and so on, and what labels of them are: `membranes`, `instances` or `classes`.
  let classes: [String], kind: String
  /// Values of a pixel.
  let channels: Int
  let steps: Int
  let device: String
  /// What is used where a request does not say otherwise.
  let threshold: Double, seedThreshold: Double
  let smallestArea: Int, grow: Int
  let fillHoles: Bool

  init(_ models: [Model], _ options: SegmentationOptions, device: String) {
    (experiment, hash, self.models) = (models[0].experiment, models[0].hash, models.count)
    // A mask is one of membranes as well as of nuclei.
    classes =
      models[0].kind == .membranes
      ? ["background", "cell"] : models[0].classNames.split(separator: ",").map(String.init)
    (kind, channels, steps, self.device) = (
      models[0].kind.rawValue, models[0].channels, models[0].step, device
    )
    (threshold, seedThreshold) = (options.threshold, options.instances.seedThreshold)
    (smallestArea, grow, fillHoles) = (
      options.instances.smallestArea, options.instances.grow, options.instances.fillHoles
    )
  }
}
