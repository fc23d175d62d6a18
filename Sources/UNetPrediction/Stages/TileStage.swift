import UNetImages

/// A way to bring an image of any size through a network.
protocol TileStage {
  /// The network that runs.
  var network: TracedNetwork { get }
  /// The prediction for `image`, normalised as in training; with raw scores where they are wanted.
  func bands(of image: any ImageRows, scores: Bool, _ observer: @escaping TileObserver) -> any Bands
}
