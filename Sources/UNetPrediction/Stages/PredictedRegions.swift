import UNetImages

/// What a network says of an image, of any region of it: that of the whole image, to the bit.
package protocol PredictedRegions: AnyObject {
  /// What is said of a region, some rows at a time.
  func bands(in region: ImageRegion, observer: @escaping TileObserver) throws -> any Bands
}

/// An image of which tiles are segmented when they are asked for.
final class TiledImage: PredictedRegions {
  private let image: any ImageRows
  private let stage: any TileStage
  private let scores: Bool

  init(image: any ImageRows, stage: any TileStage, scores: Bool) {
    (self.image, self.stage, self.scores) = (image, stage, scores)
  }

  func bands(in region: ImageRegion, observer: @escaping TileObserver) -> any Bands {
    stage.bands(of: image, in: region, scores: scores, observer)
  }
}

/// An image that is segmented as a whole when a region is asked for first.
final class WholeImage: PredictedRegions {
  private let make: (@escaping TileObserver) throws -> Prediction
  private var made: Prediction?

  init(_ make: @escaping (@escaping TileObserver) throws -> Prediction) { self.make = make }

  func bands(in region: ImageRegion, observer: @escaping TileObserver) -> any Bands {
    OneBand(rows: region.rows) { [self] in
      let whole = try made ?? make(observer)
      // What is given as a whole is asked for once.
      let part = whole.part(rows: region.rows, columns: region.columns)
      made = region.height * region.width < whole.pixels ? whole : nil
      return part
    }
  }
}

/// A prediction of some rows, made when it is asked for.
struct OneBand: Bands {
  let rows: Range<Int>
  private var make: (() throws -> Prediction)?

  init(rows: Range<Int>, _ make: @escaping () throws -> Prediction) { (self.rows, self.make) = (rows, make) }

  mutating func next() throws -> Band? {
    guard let make else { return nil }
    self.make = nil
    return Band(rows: rows, prediction: try make())
  }
}

extension Prediction {
  fileprivate var pixels: Int { probabilities.shape[0] * probabilities.shape[1] }
}
