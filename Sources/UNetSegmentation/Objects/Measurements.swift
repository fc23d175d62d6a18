import Foundation
import UNetImages

/// What is measured of an instance; lengths are pixels, places rows and columns of pixel centres.
///
/// Diameter, axes and eccentricity are those of scikit-image's `regionprops`: of the circle of the same area, and of the ellipse of the
/// same second central moments.
package struct Measurements: Sendable {
  package private(set) var area = 0
  package private(set) var top = Int.max, left = Int.max, bottom = -1, right = -1
  private var sums = SIMD2<Double>(), squares = SIMD2<Double>(), product = 0.0
  private var channels: [(sum: Double, least: Float, greatest: Float)]

  private init(channels count: Int) {
    channels = [(Double, Float, Float)](repeating: (0, .infinity, -.infinity), count: count)
  }

  private mutating func add(_ row: Int, _ column: Int, _ values: ArraySlice<Float>) {
    area += 1
    (top, bottom) = (min(top, row), max(bottom, row))
    (left, right) = (min(left, column), max(right, column))
    let place = SIMD2(Double(row), Double(column))
    sums += place
    squares += place * place
    product += place.x * place.y
    for (channel, value) in values.enumerated() {
      channels[channel].sum += Double(value)
      channels[channel].least = min(channels[channel].least, value)
      channels[channel].greatest = max(channels[channel].greatest, value)
    }
  }

  /// Those of instances 1 to `count` of a page, whose `ids` are `[H, W]`.
  static func of(_ ids: [Int32], count: Int, _ page: StoredPage) -> [Measurements] {
    var found = [Measurements](repeating: Measurements(channels: page.channels), count: count)
    let rows = max(1, (1 << 18) / max(1, page.width * page.channels))
    for first in stride(from: 0, to: page.height, by: rows) {
      let range = first..<min(first + rows, page.height)
      let values = page.values(rows: range)
      for row in range {
        for column in 0..<page.width {
          let id = Int(ids[row * page.width + column])
          guard id > 0 else { continue }
          let at = ((row - first) * page.width + column) * page.channels
          found[id - 1].add(row, column, values[at..<at + page.channels])
        }
      }
    }
    return found
  }

  /// Those of the pixels of a page in a region that `mask` has, `[rows, columns]`.
  static func of(_ mask: [Bool], in region: ImageRegion, _ page: StoredPage) -> Measurements {
    var found = Measurements(channels: page.channels)
    for (row, y) in region.rows.enumerated() {
      let values = page.values(rows: y..<y + 1, columns: region.columns)
      for column in 0..<region.width where mask[row * region.width + column] {
        let at = column * page.channels
        found.add(y, region.columns.lowerBound + column, values[at..<at + page.channels])
      }
    }
    return found
  }

  /// The names of the numbers in `row`.
  static func names(channels count: Int) -> [String] {
    let grey = (1...max(1, count)).flatMap { channel in
      ["mean", "least", "greatest"].map { count == 1 ? $0 : "\($0)-\(channel)" }
    }
    return [
      "area", "row", "column", "top", "left", "bottom", "right", "diameter", "major-axis", "minor-axis",
      "eccentricity",
    ] + grey
  }

  /// The numbers, as a table has them.
  var row: [String] {
    let mean = sums / Double(max(1, area))
    let variance = squares / Double(max(1, area)) - mean * mean
    let covariance = product / Double(max(1, area)) - mean.x * mean.y
    let middle = (variance.x + variance.y) / 2
    let half = (((variance.x - variance.y) / 2) * ((variance.x - variance.y) / 2) + covariance * covariance)
      .squareRoot()
    let (great, small) = (max(0, middle + half), max(0, middle - half))
    let eccentricity = great > 0 ? (max(0, 1 - small / great)).squareRoot() : 0
    let diameter = (4 * Double(area) / .pi).squareRoot()
    let shape = [diameter, 4 * great.squareRoot(), 4 * small.squareRoot()].map { text($0, 3) }
    return ["\(area)", text(mean.x, 3), text(mean.y, 3)] + [top, left, bottom, right].map(String.init) + shape
      + [text(eccentricity, 4)]
      + channels.flatMap { [text($0.sum / Double(max(1, area)), 4), "\($0.least)", "\($0.greatest)"] }
  }

  private func text(_ number: Double, _ decimals: Int) -> String {
    String(format: "%.\(decimals)f", number)
  }
}
