import UNetImages
import UNetNumerics

/// An image of which the mean over versions turned by right angles and mirrored is had of any region: only the regions of versions that
/// belong to it are computed.
final class SymmetricImage: PredictedRegions {
  private let image: any ImageRows
  private let stage: any TileStage
  private let averaging: TestTimeAugmentation
  private let scores: Bool

  /// - `image`: normalised; all rotations of `averaging` are right angles.
  init(image: any ImageRows, stage: any TileStage, averaging: TestTimeAugmentation, scores: Bool) {
    (self.image, self.stage, self.averaging, self.scores) = (image, stage, averaging, scores)
  }

  func bands(in region: ImageRegion, observer: @escaping TileObserver) -> any Bands {
    OneBand(rows: region.rows) { [self] in
      let passes = Double(averaging.passes)
      var mean = VersionMean(averaging, scores: scores)
      // What is turned and mirrored is the same for every image.
      for (done, version) in averaging.versions(of: Tensor(zeros: [1, 1, 1])).enumerated() {
        let rows = VersionRows(image: image, version: version)
        var bands = stage.bands(of: rows, in: rows.region(of: region), scores: mean.needsScores) { share in
          try observer((Double(done) + share) / passes)
        }
        mean.add(try bands.joined(), of: version)
      }
      return mean.take()
    }
  }
}

extension TestTimeAugmentation {
  /// Whether all rotations are right angles, which copy pixels.
  var isSymmetric: Bool { 4 % rotations == 0 }
}

/// A picture turned by right angles and then mirrored, of which the parts are made that are asked for.
private struct VersionRows: ImageRows {
  private let image: any ImageRows
  private let quarters: Int
  private let upDown: Bool, leftRight: Bool
  let height: Int, width: Int
  var channels: Int { image.channels }

  init(image: any ImageRows, version: ImageVersion) {
    (self.image, quarters) = (image, version.turn.quarters & 3)
    (upDown, leftRight) = (version.upDown, version.leftRight)
    let isUpright = quarters.isMultiple(of: 2)
    (height, width) = isUpright ? (image.height, image.width) : (image.width, image.height)
  }

  /// Where a region of the picture lies in it.
  func region(of region: ImageRegion) -> ImageRegion {
    let (rows, columns) = (region.rows, region.columns)
    let turned: (rows: Range<Int>, columns: Range<Int>) =
      switch quarters {
      case 0: (rows, columns)
      case 1: (columns.mirrored(in: image.width), rows)
      case 2: (rows.mirrored(in: image.height), columns.mirrored(in: image.width))
      default: (columns, rows.mirrored(in: image.height))
      }
    return ImageRegion(
      rows: upDown ? turned.rows.mirrored(in: height) : turned.rows,
      columns: leftRight ? turned.columns.mirrored(in: width) : turned.columns)
  }

  /// The region of the picture that lies here.
  private func source(_ rows: Range<Int>, _ columns: Range<Int>) -> ImageRegion {
    let rows = upDown ? rows.mirrored(in: height) : rows
    let columns = leftRight ? columns.mirrored(in: width) : columns
    return switch quarters {
    case 0: ImageRegion(rows: rows, columns: columns)
    case 1: ImageRegion(rows: columns, columns: rows.mirrored(in: image.width))
    case 2: ImageRegion(rows: rows.mirrored(in: image.height), columns: columns.mirrored(in: image.width))
    default: ImageRegion(rows: columns.mirrored(in: image.height), columns: rows)
    }
  }

  func values(rows: Range<Int>) -> [Float] { values(rows: rows, columns: 0..<width) }

  func values(rows: Range<Int>, columns: Range<Int>) -> [Float] {
    let source = source(rows, columns)
    let part = Tensor([source.height, source.width, channels], source.values(of: image))
    return part.turned(by: quarters).flipped(upDown: upDown, leftRight: leftRight).elements
  }
}

extension Range<Int> {
  /// These places of `length` counted from the other end.
  fileprivate func mirrored(in length: Int) -> Range<Int> { length - upperBound..<length - lowerBound }
}
