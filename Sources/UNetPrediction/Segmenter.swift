import UNetImages
import UNetNetworks
import UNetNumerics
import UNetRuntime

/// Segments images with a trained model.
///
///     let model = try Model.read("model.safetensors")
///     let segmenter = try Segmenter(model, on: DeviceRegistry().open())
///     let prediction = try segmenter.segment(image)
///
/// The network is traced and loaded once for each size of tile.  One image at a time.
public final class Segmenter<B: Backend> {
  /// The network, and how it is used.
  public let model: Model
  /// What is chosen where an image's own options do not say otherwise.
  public let options: SegmentationOptions
  private let parameters: Parameters<B>
  private let backend: B
  private var tiles: [Int: OverlapTiles<B>] = [:]
  private var windows: SingleWindows<B>?
  /// Windows that run together, so that a device has enough to do.
  private let batch: Int

  /// A segmenter with `parameters`, as they are whenever an image is segmented, such as those of a trainer; by default
  /// the weights of `model`.  The options are the model's unless given.
  /// - Throws: `SegmentationError` where the options do not fit the model, `ShapeError`, `ParameterError`, the errors of
  ///   where the weights lie and those of the backend.
  public init(
    _ model: Model, options: SegmentationOptions? = nil, parameters: Parameters<B>? = nil, batch: Int = 64,
    on backend: B
  ) throws {
    (self.model, self.options) = (model, options ?? SegmentationOptions(model))
    (self.parameters, self.backend, self.batch) = (parameters ?? Parameters(on: backend), backend, batch)
    try self.options.check(model)
    let network = try tileStage(self.options).network
    if parameters == nil { try self.parameters.load(model.weights, of: network.graph) }
  }

  /// The prediction for an image, at its own size.
  /// - Throws: `SegmentationError` where the image or its options do not fit the model, and the backend's errors.  Within a
  ///   training also `CancellationError`, between tiles.
  public func segment(_ image: Image, _ options: SegmentationOptions? = nil) throws -> Prediction {
    let (options, check) = (options ?? self.options, Cancellation.check)
    var bands = try bands(of: image, options) { _ in try check() }
    return try bands.joined().used(with: options)
  }

  /// The prediction for an image, at its own size and some rows at a time, of which no more is held than a row of tiles
  /// needs.  Rotations, flips and another scale give all rows as one band.
  /// - Throws: `SegmentationError` where the image or its options do not fit the model, and the backend's errors.
  package func bands(
    of image: any ImageRows, _ options: SegmentationOptions? = nil,
    observer: @escaping TileObserver = { _ in }
  ) throws -> any Bands {
    try regions(of: image, options).bands(in: ImageRegion(of: image), observer: observer)
  }

  /// The prediction for an image, at its own size, of which regions of at most `width` columns are asked for one by one.
  /// - Throws: as `bands`.
  package func regions(
    of image: any ImageRows, _ options: SegmentationOptions? = nil, width: Int? = nil
  ) throws -> any PredictedRegions {
    let options = options ?? self.options
    try options.check(model)
    let stage = try tileStage(options)
    let fitting = try fitted(image)
    try HostMemory.check(image, options, of: model, width: width)
    let preparation = model.preparation
    guard isByRegion(options) else {
      return WholeImage { [self] observer in
        let input = prepared(fitting)
        let mean = try averaged(input, options, stage, observer)
        return mean.resized(height: image.height, width: image.width)
      }
    }
    let rows = NormalisedRows(image: fitting, scale: preparation.normalisation.scale(of: fitting))
    guard options.averaging.passes > 1 else {
      return TiledImage(image: rows, stage: stage, scores: options.logits)
    }
    return SymmetricImage(
      image: rows, stage: stage, averaging: options.averaging, scores: options.logits)
  }

  /// Pixels from one tile to the next.
  /// - Throws: as `Segmenter` does.
  package func step() throws -> Int { try tileStage(options).step }

  /// Whether regions of an image are computed without the rest: another scale and other than right angles need all of it.
  package var isByRegion: Bool { isByRegion(options) }

  private func isByRegion(_ options: SegmentationOptions) -> Bool {
    model.preparation.scale == 1 && options.averaging.isSymmetric
  }

  /// The mean over the versions of `input`.
  private func averaged(
    _ input: Tensor, _ options: SegmentationOptions, _ stage: any TileStage,
    _ observer: @escaping TileObserver
  ) throws -> Prediction {
    let passes = Double(options.averaging.passes)
    var mean = VersionMean(options.averaging, scores: options.logits)
    for (done, version) in options.averaging.versions(of: input).enumerated() {
      let rows = TensorRows(tensor: version.image)
      var bands = stage.bands(of: rows, in: ImageRegion(of: rows), scores: mean.needsScores) { share in
        try observer((Double(done) + share) / passes)
      }
      mean.add(try bands.joined(), of: version)
    }
    return mean.take()
  }

  /// The prediction for grey values `[H, W, C]` as a file would hold them.
  /// - Throws: as for an `Image`; `ShapeError` for an array that has not three axes.
  public func segment(_ image: Tensor, _ options: SegmentationOptions? = nil) throws -> Prediction {
    guard image.shape.extents.count == 3 else {
      throw ShapeError(
        operation: "segment", shape: image.shape, requirement: "give [height, width, channels]")
    }
    return try segment(
      Image(
        height: image.shape[0], width: image.shape[1], channels: image.shape[2], format: .float32,
        pixels: image.elements), options)
  }

  /// What the network reads of an image, `[H, W, C]`: at the network's resolution, normalised.
  /// - Throws: `SegmentationError`.
  package func prepare(_ image: Image) throws -> Tensor { prepared(try fitted(image)) }

  /// The image with as many channels as the model has.
  /// - Throws: `SegmentationError`.
  package func fitting(_ image: Image) throws -> Image { Image(try fitted(image)) }

  private func prepared(_ image: any ImageRows) -> Tensor {
    Image(image).prepared(scale: model.preparation.scale, model.preparation.normalisation)
  }

  /// The image with as many channels as the model has: one of those that are all equal stands for them, and grey that is
  /// stored as colour is three.
  private func fitted(_ image: any ImageRows) throws -> any ImageRows {
    if image.channels == model.channels { return image }
    guard image.possibleChannels(isGreyPalette: image.isGreyPalette).contains(model.channels) else {
      throw SegmentationError.channels(image.channels, model: model.channels)
    }
    return model.channels == 1 ? SingleChannel(0, of: image) : GreyAsColour(image)
  }

  /// The stage that computes each pixel's window by itself.
  /// - Throws: `SegmentationError` where the network has no windows, and the backend's errors.
  package func singleWindows() throws -> SingleWindows<B> {
    if let windows { return windows }
    guard let side = model.network.window else {
      throw SegmentationError.windows(network: type(of: model.network).kind)
    }
    let traced = try TracedNetwork(
      model.network, windows: batch, of: side, channels: model.channels, numerics: model.numerics)
    let made = try SingleWindows(traced, parameters: parameters, on: backend)
    windows = made
    return made
  }

  private func tileStage(_ options: SegmentationOptions) throws -> any TileStage {
    if options.windows { return try singleWindows() }
    if let made = tiles[options.tile] { return made }
    let traced = try model.traced(tile: options.tile)
    try checkMemory(traced, tile: options.tile)
    let made = try OverlapTiles(model.network, traced: traced, parameters: parameters, on: backend)
    tiles[options.tile] = made
    return made
  }

  /// Compares what a tile needs with what the device has, before anything is taken of it.
  private func checkMemory(_ traced: TracedNetwork, tile: Int) throws {
    let bytes = traced.bytes(on: backend)
    guard !backend.hasRoom(for: bytes) else { return }
    var fitting = tile
    while let smaller = model.network.nearestTiles(fitting * 7 / 8).below {
      fitting = smaller
      guard let traced = try? model.traced(tile: smaller),
        backend.hasRoom(for: traced.bytes(on: backend) * 5 / 4)
      else {
        continue
      }
      throw SegmentationError.memory(tile: tile, bytes: bytes, fitting: smaller)
    }
    throw SegmentationError.memory(tile: tile, bytes: bytes, fitting: nil)
  }
}
