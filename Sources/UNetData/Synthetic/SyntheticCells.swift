import UNetImages
import UNetNumerics

extension Synthetic {
  /// Textured bright cells, many touching, on an uneven dark ground, as phase contrast shows them; 8 bit.
  /// Instances: 0 background, else the number of the cell, 16 bit.
  package static func cells(size: Int, seed: UInt64) -> (image: Image, instances: Image) {
    let culture = Culture(side: size, RandomStream(seed: seed, stream: RandomUse.cells))
    let ids = Image(height: size, width: size, format: .uint16, pixels: culture.instances())
    return (culture.picture(), ids)
  }
}

/// Cells grown on a dish: warped ellipses, each pixel the cell's in which it lies deepest, so that cells that would
/// overlap touch along a line.
private struct Culture {
  let side: Int
  let stream: RandomStream
  /// The site of the cell at each pixel, -1 on the ground.
  private var owner: [Int]
  /// The elliptic radius in the nearest cell (below 1: inside), how much larger it is in the next, and the place in
  /// the cell, in units of its axes.
  private var radius, lead: Field
  private var place: [SIMD2<Float>]

  init(side: Int, _ stream: RandomStream) {
    (self.side, self.stream) = (side, stream)
    let sites = Sites(side: side, spacing: 42, jitter: 0.8, stream, number: 1)
    let cells = sites.all.map { Ellipse($0, stream) }
    let warp = (2..<6).map { Field.smooth(side: side, spacing: $0 < 4 ? 26 : 10, stream, number: $0) }
    var (owners, places, leads) = ([Int](), [SIMD2<Float>](), [Float]())
    radius = Field(side: side) { y, x in
      let v = Float(y) + 4 * warp[0][y, x] + 0.9 * warp[2][y, x]
      let u = Float(x) + 4 * warp[1][y, x] + 0.9 * warp[3][y, x]
      var (first, second, owner, place) = (Float.infinity, Float.infinity, -1, SIMD2<Float>())
      sites.near(v, u) { site in
        guard let (radius, at) = cells[site.number].radius(v, u) else { return }
        if radius < first {
          (first, second, owner, place) = (radius, first, site.number, at)
        } else {
          second = min(second, radius)
        }
      }
      owners.append(first < 1 ? owner : -1)
      places.append(place)
      leads.append(second - first)
      return first
    }
    (owner, place) = (owners, places)
    lead = radius
    lead.values = leads
  }

  /// Numbers from 1 in the order of the cells' first pixels.
  func instances() -> [Float] {
    var numbers: [Int: Float] = [:]
    return owner.map { owner in
      guard owner >= 0 else { return 0 }
      let next = Float(numbers.count + 1)
      if let number = numbers[owner] { return number }
      numbers[owner] = next
      return next
    }
  }

  /// Grey values: ground with a slow gradient, a bright halo around cells, cells with grain and a nucleus, a faint
  /// line where they touch; then blur and the camera's noise.
  func picture() -> Image {
    let ground = Field.smooth(side: side, spacing: 150, stream, number: 10)
    let dirt = Field.smooth(side: side, spacing: 9, stream, number: 11)
    let grain = Field.smooth(side: side, spacing: 5, stream, number: 12)
    let clumps = Field.smooth(side: side, spacing: 12, stream, number: 13)
    let sharp = Field(side: side) { y, x in
      let at = y * side + x
      let halo = 1 - ramp(abs(radius[y, x] - 1.03), from: 0, to: 0.16)
      let base = 62 + 18 * ground[y, x] + 6 * dirt[y, x]
      guard owner[at] >= 0 else { return base + 34 * halo }
      let tone = Float(stream.uniform(step: 14, index: owner[at]))
      let nucleus = 1 - ramp((place[at] * place[at]).sum().squareRoot(), from: 0.3, to: 0.42)
      let seam = 1 - ramp(lead[y, x], from: 0.03, to: 0.11)
      let texture = 13 * grain[y, x] + 14 * clumps[y, x]
      return base + 28 + 24 * tone + texture + 18 * halo - 24 * nucleus - 42 * seam
    }
    let noise = Field.noise(side: side, stream, number: 15)
    var grey = sharp.blurred()
    for at in grey.values.indices { grey.values[at] += 8 * noise.values[at] }
    return grey.image()
  }
}

/// The outline of a cell before it is warped.
private struct Ellipse {
  private let y, x: Float
  private let axis: SIMD2<Float>
  private let long, short: Float
  private let isThere: Bool

  init(_ site: Sites.Site, _ stream: RandomStream) {
    func draw(_ index: Int) -> Float { Float(stream.uniform(step: 20, index: 8 * site.number + index)) }
    (y, x) = (site.y, site.x)
    let direction = SIMD2(draw(0) - 0.5, draw(1) - 0.5)
    axis = direction / max(1e-3, (direction * direction).sum().squareRoot())
    let size = 17 + 7 * draw(2)
    let stretch = 1 + 0.5 * draw(3)
    (long, short) = (size * stretch.squareRoot(), size / stretch.squareRoot())
    isThere = draw(4) < 0.8
  }

  /// 1 on the outline, and the place in units of the axes; nil where no cell grew.
  @inline(__always)
  func radius(_ v: Float, _ u: Float) -> (Float, SIMD2<Float>)? {
    guard isThere else { return nil }
    let (dy, dx) = (v - y, u - x)
    let place = SIMD2((dy * axis.x + dx * axis.y) / long, (dy * axis.y - dx * axis.x) / short)
    return ((place * place).sum().squareRoot(), place)
  }
}
