import UNetImages

/// A way to bring an image of any size through a network.
protocol TileStage {
  /// The network that runs.
  var network: TracedNetwork { get }
  /// Pixels from one tile to the next.
  var step: Int { get }
  /// The prediction for a region of `image`, normalised as in training; with raw scores where they are wanted.  It is that
  /// of the whole image, to the bit.
  func bands(
    of image: any ImageRows, in region: ImageRegion, scores: Bool, _ observer: @escaping TileObserver
  ) -> any Bands
}
