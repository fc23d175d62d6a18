import UNetNumerics

/// A way to bring an image of any size through a network.
protocol TileStage {
  /// The network that runs.
  var network: TracedNetwork { get }
  /// The prediction for `image [H, W, C]`, normalised as in training; with raw scores where they are wanted.
  func predict(_ image: Tensor, scores wanted: Bool) throws -> Prediction
}
