import Testing
import UNetData
import UNetImages
import UNetNumerics
import UNetSegmentation
import UNetTestSupport

/// Instances over the seams of chunks are those of one piece, number for number.
@Suite struct ChunkedInstancesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Probabilities of blobs of about `scale` pixels, from 0 to 1, some equal.
  private func probabilities(_ height: Int, _ width: Int, scale: Int, seed: UInt64) -> [Float] {
    let stream = RandomStream(seed: seed, stream: 1)
    let across = width / scale + 2
    func knot(_ y: Int, _ x: Int) -> Float {
      Float(stream.integer(below: 65, step: 0, index: y * across + x)) / 64
    }
    return (0..<height * width).map { at in
      let (y, x) = (at / width, at % width)
      let (dy, dx) = (Float(y % scale) / Float(scale), Float(x % scale) / Float(scale))
      let rows = (0..<2).map { row in
        knot(y / scale + row, x / scale) * (1 - dx) + knot(y / scale + row, x / scale + 1) * dx
      }
      return rows[0] * (1 - dy) + rows[1] * dy
    }
  }

  private static let options = [
    InstanceOptions(), InstanceOptions(smallestArea: 12), InstanceOptions(grow: 1), InstanceOptions(grow: 7),
    InstanceOptions(fillHoles: true), InstanceOptions(seedThreshold: 0.7),
    InstanceOptions(smallestArea: 9, grow: 2, fillHoles: true),
    InstanceOptions(smallestArea: 5, grow: 3, fillHoles: true, seedThreshold: 0.62),
  ]

  @Test(arguments: options, [(97, 131, 16), (64, 64, 32), (50, 71, 9), (33, 40, 100), (20, 30, 1)])
  func theyAreThoseOfOnePiece(_ options: InstanceOptions, size: (height: Int, width: Int, side: Int)) throws {
    let (height, width, side) = size
    for (seed, scale) in [(1, 1), (2, 3), (3, 9), (4, 23)] as [(UInt64, Int)] {
      let chances = probabilities(height, width, scale: scale, seed: seed)
      let mask = chances.map { isForeground($0, above: 0.5) }
      func cut<Value>(_ values: [Value], _ region: ImageRegion) -> [Value] {
        region.rows.flatMap {
          values[$0 * width + region.columns.lowerBound..<$0 * width + region.columns.upperBound]
        }
      }
      let whole = instances(of: mask, chances, height: height, width: width, options)
      let parts = try ChunkedInstances(
        height: height, width: width, side: side, options, for: folder("x"), mask: { cut(mask, $0) },
        probabilities: { cut(chances, $0) })
      #expect(parts.count == whole.count)
      #expect(
        try parts.ids(ImageRegion(rows: 0..<height, columns: 0..<width)) == whole.ids, "\(scale)")
    }
  }

  /// A spiral is one region that every chunk has several pieces of, and encloses nothing; closed, it encloses all.
  @Test func aSpiralIsOneInstance() throws {
    let side = 64
    var mask = [Bool](repeating: false, count: side * side)
    var (y, x, dy, dx, left) = (0, 0, 0, 1, side - 1)
    while left > 0 {
      for _ in 0..<left {
        mask[y * side + x] = true
        (y, x) = (y + dy, x + dx)
      }
      (dy, dx) = (dx, -dy)
      left -= dx == 0 ? 0 : 2
    }
    for options in [InstanceOptions(), InstanceOptions(fillHoles: true)] {
      let whole = instances(of: mask, [], height: side, width: side, options)
      let parts = try ChunkedInstances(
        height: side, width: side, side: 7, options, for: folder("x"),
        mask: { region in
          region.rows.flatMap {
            mask[$0 * side + region.columns.lowerBound..<$0 * side + region.columns.upperBound]
          }
        },
        probabilities: { _ in [] })
      #expect(try parts.ids(ImageRegion(rows: 0..<side, columns: 0..<side)) == whole.ids)
      #expect(parts.count == whole.count)
    }
  }
}
