import UNetImages
import UNetNumerics

/// Pictures with known labels, made by number: a seed gives the same bits on every machine.
///
/// Structures keep their size in pixels (cells of about 40), so that a larger picture shows more of them.
package enum Synthetic {
  /// Cells with dark membranes, as electron microscopy of nerve tissue shows them, with mitochondria and vesicles
  /// that are dark too; 8 bit.  Labels: 0 membrane, 255 cell.
  package static func membranes(size: Int, seed: UInt64) -> (image: Image, labels: Image) {
    let tissue = Tissue(side: size, RandomStream(seed: seed, stream: RandomUse.membranes))
    let labels = Field(side: size) { y, x in tissue.depth[y, x] < tissue.halfWidth[y, x] ? 0 : 255 }
    return (tissue.picture(), labels.image())
  }
}

/// A cut through tissue: a warped power diagram, so that cells differ in size and meet in thin borders.
private struct Tissue {
  let side: Int
  let stream: RandomStream
  /// Pixels to the middle of the nearest membrane, and half that membrane's width: 1.4 to 2.6.
  private(set) var depth, halfWidth: Field
  /// The site of each pixel, and it as a vector from the pixel.
  private var cell: [Int]
  private var offset: [SIMD2<Float>]

  init(side: Int, _ stream: RandomStream) {
    (self.side, self.stream) = (side, stream)
    halfWidth = Field.smooth(side: side, spacing: 24, stream, number: 1)
    for at in halfWidth.values.indices {
      halfWidth.values[at] = 2 + 0.6 * min(1, max(-1, halfWidth.values[at]))
    }
    let sites = Sites(side: side, spacing: 27, jitter: 1, stream, number: 2)
    let profiles = Profiles(sites, stream)
    let warp = (4..<8).map { Field.smooth(side: side, spacing: $0 < 6 ? 40 : 14, stream, number: $0) }
    let down = Field(side: side) { y, x in Float(y) + 8 * warp[0][y, x] + 1.6 * warp[2][y, x] }
    let across = Field(side: side) { y, x in Float(x) + 8 * warp[1][y, x] + 1.6 * warp[3][y, x] }
    var (cells, offsets) = ([Int](), [SIMD2<Float>]())
    depth = Field(side: side) { y, x in
      let place = SIMD2(down[y, x], across[y, x])
      let (site, depth, normal) = profiles.place(place)
      cells.append(site)
      offsets.append(SIMD2(sites.all[site].y, sites.all[site].x) - place)
      // How fast the depth grows per pixel of the picture: the warp stretches space, membranes keep their width.
      let slope = down.gradient(y, x) * normal.x + across.gradient(y, x) * normal.y
      return depth / max(0.3, (slope * slope).sum().squareRoot())
    }
    (cell, offset) = (cells, offsets)
  }

  /// Grey values: cytoplasm with grain, organelles, membranes over both; then blur and the camera's noise.
  func picture() -> Image {
    let shade = Field.smooth(side: side, spacing: 120, stream, number: 10)
    let grain = Field.smooth(side: side, spacing: 3, stream, number: 11)
    let patches = Field.smooth(side: side, spacing: 11, stream, number: 12)
    let strength = Field.smooth(side: side, spacing: 30, stream, number: 13)
    let sharp = Field(side: side) { y, x in
      let at = y * side + x
      let tone = Float(stream.uniform(step: 14, index: cell[at]))
      var grey = 158 + 30 * tone + 10 * shade[y, x] + 13 * grain[y, x] + 10 * patches[y, x]
      grey -= organelle(at, depth: depth[y, x])
      // Vesicles: dark specks where the patches peak.
      grey -= 45 * ramp(patches[y, x] + 0.5 * grain[y, x], from: 1.5, to: 2.4)
      let membrane = 1 - ramp(depth[y, x], from: 0.55 * halfWidth[y, x], to: 1.35 * halfWidth[y, x])
      return grey - membrane * (92 + 22 * min(1, max(-1.6, strength[y, x])))
    }
    let noise = Field.noise(side: side, stream, number: 15)
    var grey = sharp.blurred()
    for at in grey.values.indices { grey.values[at] += 13 * noise.values[at] }
    return grey.image()
  }

  /// How much darker a mitochondrion makes the pixel: an ellipse in the middle of some cells, with a dark rim and
  /// bars across.
  private func organelle(_ at: Int, depth: Float) -> Float {
    func draw(_ index: Int) -> Float { Float(stream.uniform(step: 16, index: 8 * cell[at] + index)) }
    guard draw(0) < 0.4 else { return 0 }
    let (long, short) = (9 + 8 * draw(1), 5 + 3 * draw(2))
    let direction = SIMD2(draw(3) - 0.5, draw(4) - 0.5)
    let length = max(1e-3, (direction * direction).sum().squareRoot())
    let axis = direction / length
    let place = offset[at] + SIMD2(8 * draw(5) - 4, 8 * draw(6) - 4)
    let along = (place * axis).sum()
    let across = place.x * axis.y - place.y * axis.x
    let radius = ((along * along) / (long * long) + (across * across) / (short * short)).squareRoot()
    // Kept clear of the membrane.
    let body = (1 - ramp(radius, from: 0.92, to: 1.08)) * ramp(depth, from: 3, to: 5)
    let rim = ramp(radius, from: 0.6, to: 0.9)
    let bars = abs(along / 5 - (along / 5).rounded(.toNearestOrEven)) < 0.22 ? Float(14) : 0
    return body * (36 + 34 * rim + bars)
  }
}

/// 0 up to `low`, 1 from `high`, smooth between.
func ramp(_ x: Float, from low: Float, to high: Float) -> Float {
  let t = min(1, max(0, (x - low) / (high - low)))
  return t * t * (3 - 2 * t)
}
