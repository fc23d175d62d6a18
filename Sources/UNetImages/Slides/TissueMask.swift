/// Where a picture in colour shows something: a coarse map of what has colour, by Otsu's threshold of the saturation (N. Otsu, A
/// Threshold Selection Method from Gray-Level Histograms, 1979), 20 of 255 at most.
package struct TissueMask: Sendable {
  private let step: Int
  private let height: Int, width: Int
  /// What saturation tissue is above, of 255.
  package let threshold: UInt8
  /// Whether each point, `step` pixels apart, is tissue.
  private let points: [Bool]

  /// The map of a picture of 8 bits; nil of one that has no colour.
  package init?(of image: any ImageRows) {
    guard image.channels == 3 else { return nil }
    step = max(1, (max(image.height, image.width) + 2047) / 2048)
    (height, width) = ((image.height + step - 1) / step, (image.width + step - 1) / step)
    var saturations: [UInt8] = []
    saturations.reserveCapacity(height * width)
    for y in 0..<height {
      let row = image.values(rows: y * step..<y * step + 1)
      for x in 0..<width {
        let pixel = row[3 * x * step..<3 * x * step + 3]
        saturations.append(UInt8(max(0, min(255, (pixel.max() ?? 0) - (pixel.min() ?? 0)))))
      }
    }
    // Strong colours must not hide pale ones.
    threshold = min(otsuThreshold(of: saturations), 20)
    let threshold = threshold
    let (own, height, width) = (saturations.map { $0 > threshold }, height, width)
    // Single points are noise: of those around one, four have to be tissue, too, with itself.
    points = own.indices.map { at in
      guard own[at] else { return false }
      let (y, x) = (at / width, at % width)
      let around = (max(0, y - 1)...min(height - 1, y + 1)).reduce(0) { sum, y in
        sum + (max(0, x - 1)...min(width - 1, x + 1)).count { own[y * width + $0] }
      }
      return around >= min(4, height * width)
    }
  }

  /// The share of points that are tissue.
  package var share: Double { Double(points.count { $0 }) / Double(max(1, points.count)) }

  /// Whether a region has some, or lies beside some.
  package func hasTissue(in region: ImageRegion) -> Bool {
    func around(_ range: Range<Int>, _ length: Int) -> Range<Int> {
      max(0, range.lowerBound / step - 1)..<min(length, (range.upperBound + step - 1) / step + 1)
    }
    let columns = around(region.columns, width)
    return around(region.rows, height).contains { y in columns.contains { points[y * width + $0] } }
  }
}

/// The number that parts values into two groups of the greatest variance between them: the greatest of the lower group.
package func otsuThreshold(of values: [UInt8]) -> UInt8 {
  var counts = [Int](repeating: 0, count: 256)
  for value in values { counts[Int(value)] += 1 }
  let sum = counts.indices.reduce(0) { $0 + $1 * counts[$1] }
  var (below, sumBelow) = (0, 0)
  var best: (variance: Double, threshold: UInt8) = (-1, 0)
  for value in 0..<255 {
    below += counts[value]
    sumBelow += value * counts[value]
    let above = values.count - below
    guard below > 0, above > 0 else { continue }
    let apart = Double(sumBelow) / Double(below) - Double(sum - sumBelow) / Double(above)
    let variance = Double(below) * Double(above) * apart * apart
    if variance > best.variance { best = (variance, UInt8(value)) }
  }
  return best.threshold
}
