import UNetConfiguration
import UNetData
import UNetFiles
import UNetImages
import UNetNetworks
import UNetNumerics
import UNetPrediction
import UNetProgress
import UNetRuntime

/// Images being segmented with a trained model: `unet segment`.
package struct Segmentation {
  /// The network and its weights.
  package let model: Model
  /// The images.
  package let inputs: SegmentationInputs
  private let folder: String
  private let products: [SegmentationOutput]
  private let threshold: Double
  private let predictor: ImagePipeline
  private let instances: InstanceOptions
  private let tile: Int
  private let windows: Bool

  /// A segmentation of `inputs` that leaves `products` in `folder`.
  ///
  /// `threshold`, `averaging`, `instances` and `tile` are the model's unless given.  A larger tile wastes less on
  /// overlap and takes more memory; no tile changes a bit of the result.  `windows` computes each pixel's window by
  /// itself, slowly and with the same bits.
  /// - Throws: `ConfigurationError` where the tile does not fit the network, the network has no windows, or raw scores
  ///   are wanted of several rotations; `DataError` where an image's name has no number for its mask.
  package init(
    _ model: Model, inputs: SegmentationInputs, folder: String, products: [SegmentationOutput],
    threshold: Double? = nil, averaging: TestTimeAugmentation? = nil, instances: InstanceOptions? = nil,
    tile: Int? = nil,
    windows: Bool = false
  ) throws {
    (self.model, self.inputs, self.folder, self.products) = (model, inputs, folder, products)
    (self.threshold, self.tile, self.windows) = (threshold ?? model.threshold, tile ?? model.tile, windows)
    self.instances = instances ?? model.instances
    var predictor = model.pipeline
    predictor.averaging = averaging ?? predictor.averaging
    self.predictor = predictor
    guard !products.contains(.logits) || predictor.averaging.hasScores else {
      throw ConfigurationError(
        "--write",
        "logits are of one rotation, but \(predictor.averaging.rotations) are averaged: leave them out, or give "
          + "--rotations 1")
    }
    if products.contains(.masks) { try inputs.checkMasks() }
    if let tile { try Self.check(tile, model.network) }
    if windows, case .unet = model.network {
      throw ConfigurationError("--windows", "the model is a U-Net, which has no windows: leave it out")
    }
  }

  /// What a segmentation tells while it works.
  package enum Progress: Equatable, Sendable {
    /// So many pages of a file are segmented.
    case pages(Int, of: Int, file: String)
    /// A result is complete, at this path.
    case written(String)
  }

  /// Segments one image after the other, and tells `report` of each page and each result.  The network is loaded once.
  /// - Throws: `DataError` and `FileError` that name the image or the result; `Interrupted`; the backend's errors.
  package func callAsFunction<B: Backend>(on backend: B, report: (Progress) -> Void = { _ in }) throws {
    let parameters = try Parameters(of: model, on: backend)
    let predict = try predict(with: parameters, on: backend)
    try Files.makeFolder(folder)
    for file in inputs.files {
      // Last page first, so that each is dropped when it has been segmented.
      var images = Array(try ImageSequence.pages(of: file).reversed())
      let count = images.count
      guard count == 1 || !products.contains(.masks) else {
        throw DataError(
          file,
          "has \(count) pages, a mask is of one image: give a file for each image, or leave out masks")
      }
      var pages: [SegmentedPage] = []
      while let page = images.popLast() {
        pages.append(try segment(page, predict))
        report(.pages(pages.count, of: count, file: file))
      }
      for product in products {
        let path = product.file(of: Path.stem(file), in: folder, pages: count)
        try ImageFile.write(
          try pages.flatMap { try $0.pages(product) }, to: path, compression: product.compression)
        report(.written(path))
      }
    }
  }

  /// What an image is given to, with whether raw scores are wanted.
  private typealias Predict = (Tensor, Bool) throws -> Prediction

  private func predict<B: Backend>(with parameters: Parameters<B>, on backend: B) throws -> Predict {
    if windows, case .slidingWindow(let network) = model.network {
      let predictor = try WindowPredictor(
        network, channels: model.channels, parameters: parameters, on: backend)
      return { try predictor($0, logits: $1) }
    }
    let predictor = try Predictor(
      model.network, side: tile, channels: model.channels, numerics: model.numerics, parameters: parameters,
      on: backend)
    return { try predictor($0, logits: $1) }
  }

  private func segment(_ page: Page, _ predict: Predict) throws -> SegmentedPage {
    let image = page.image
    guard image.channels == model.channels else {
      throw DataError(
        page.file,
        "has \(channelCount(image.channels)), the model was trained on \(channelCount(model.channels)): "
          + (model.channels == 1 ? "save it as grey" : "give images like those it was trained on"))
    }
    guard !Interruption.isAsked else {
      throw Interrupted("interrupted before \(page.file), page \(page.number)")
    }
    return try SegmentedPage(
      page, predictor(image, logits: products.contains(.logits), predict), threshold: threshold,
      instances: instances, isShown: products.contains(.overlay))
  }

  /// A tile must fit the network, and what it segments must hold a step of the grid on which tiles start.
  private static func check(_ tile: Int, _ network: Network) throws {
    do { try network.check(tile: tile) } catch { throw ConfigurationError("--tile", "\(error)") }
    guard let scores = network.output(of: tile), scores * network.stride < network.grid else { return }
    throw ConfigurationError(
      "--tile",
      "tile \(tile) segments \(scores) pixels, fewer than the \(network.grid) of a step: give a larger one")
  }
}

private func channelCount(_ count: Int) -> String { count == 1 ? "1 channel" : "\(count) channels" }
