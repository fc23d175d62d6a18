import UNetImages
import UNetNumerics
import UNetRuntime

/// Trained models whose probabilities are averaged; mostly one.
package final class Ensemble<B: Backend> {
  private let segmenters: [Segmenter<B>]

  /// These models, each used by options of its own.
  /// - Throws: as `Segmenter` does; `SegmentationError` where the models do not go together.
  package init(_ models: [Model], options: [SegmentationOptions], on backend: B) throws {
    try SegmentationOptions.check(options, of: models)
    segmenters = try zip(models, options).map { try Segmenter($0, options: $1, on: backend) }
  }

  /// The models.
  package var models: [Model] { segmenters.map(\.model) }

  /// The classes that all of them tell apart.
  package var classes: Int { segmenters[0].model.network.classes }

  /// The mean of the thresholds, and the instances of the first.
  package var options: SegmentationOptions {
    var options = segmenters[0].options
    let thresholds = segmenters.map(\.options.threshold)
    if Set(thresholds).count > 1 {
      options.threshold = thresholds.reduce(0, +) / Double(thresholds.count)
    }
    return options
  }

  /// All that is chosen, in words.
  package var allOptions: String { segmenters.map { "\($0.options)" }.joined(separator: "; ") }

  /// Whether regions of an image are computed without the rest.
  package var isByRegion: Bool { segmenters.allSatisfy(\.isByRegion) }

  /// Pixels from one tile to the next, of the first model.
  /// - Throws: as `Segmenter` does.
  package func step() throws -> Int { try segmenters[0].step() }

  /// The mean of what the models say of an image, some rows at a time.
  /// - Throws: as `Segmenter.bands` does.
  package func bands(of image: any ImageRows, observer: @escaping TileObserver) throws -> any Bands {
    try regions(of: image).bands(in: ImageRegion(of: image), observer: observer)
  }

  /// The mean of what the models say of an image, of which regions of at most `width` columns are asked for one by one.
  /// - Throws: as `Segmenter.bands` does.
  package func regions(of image: any ImageRows, width: Int? = nil) throws -> any PredictedRegions {
    let regions = try segmenters.map { try $0.regions(of: image, width: width) }
    return regions.count == 1 ? regions[0] : MeanRegions(regions)
  }
}

/// The mean of what several models say.
private final class MeanRegions: PredictedRegions {
  private let regions: [any PredictedRegions]

  init(_ regions: [any PredictedRegions]) { self.regions = regions }

  func bands(in region: ImageRegion, observer: @escaping TileObserver) throws -> any Bands {
    let shares = Shares(count: regions.count)
    let bands = try regions.enumerated().map { i, regions in
      try regions.bands(in: region) { try observer(shares.set($0, at: i)) }
    }
    return MeanBands(bands, of: region)
  }
}

extension SegmentationOptions {
  /// Checks that each model can be used so, and that their probabilities have a mean.
  /// - Throws: `SegmentationError`.
  package static func check(_ options: [SegmentationOptions], of models: [Model]) throws {
    for (model, options) in zip(models, options) { try options.check(model) }
    guard models.count > 1 else { return }
    let classes = models.map(\.network.classes)
    guard Set(classes).count == 1 else { throw SegmentationError.classes(classes) }
    guard !options[0].logits else { throw SegmentationError.modelLogits(models.count) }
  }
}

/// How far each of some works is.
private final class Shares {
  private var shares: [Double]

  init(count: Int) { shares = Array(repeating: 0, count: count) }

  /// Notes a share and gives the mean of all.
  func set(_ share: Double, at i: Int) -> Double {
    shares[i] = share
    return shares.reduce(0, +) / Double(shares.count)
  }
}

/// The mean of several predictions, whose rows may come in other portions each.
private struct MeanBands: Bands {
  private var sources: [any Bands]
  /// What came of each source and is not yet given, `[rows, W, classes]`.
  private var waiting: [[Float]]
  private var done: Int, width = 0, classes = 0

  init(_ sources: [any Bands], of region: ImageRegion) {
    (self.sources, done) = (sources, region.rows.lowerBound)
    waiting = Array(repeating: [], count: sources.count)
  }

  mutating func next() throws -> Band? {
    for i in sources.indices where waiting[i].isEmpty {
      guard let band = try sources[i].next()?.prediction.probabilities else { return nil }
      (width, classes) = (band.shape[1], band.shape[2])
      waiting[i] = band.elements
    }
    let count = waiting.map(\.count).min() ?? 0
    let mean = (0..<count).map { at in
      Float(waiting.reduce(0.0) { $0 + Double($1[at]) } / Double(waiting.count))
    }
    for i in waiting.indices { waiting[i].removeFirst(count) }
    let rows = done..<done + count / (width * classes)
    done = rows.upperBound
    return Band(
      rows: rows, prediction: Prediction(probabilities: Tensor([rows.count, width, classes], mean)))
  }
}
