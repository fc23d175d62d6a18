import UNetImages
import UNetNumerics

/// A square of numbers, `[side, side]`, from which synthetic pictures are made.
struct Field {
  let side: Int
  var values: [Float]

  init(side: Int, _ value: (_ y: Int, _ x: Int) -> Float) {
    self.side = side
    values = [Float](unsafeUninitializedCapacity: side * side) { buffer, filled in
      for y in 0..<side {
        for x in 0..<side {
          buffer[filled] = value(y, x)
          filled += 1
        }
      }
    }
  }

  subscript(y: Int, x: Int) -> Float { values[y * side + x] }

  /// The change per row and per column.
  func gradient(_ y: Int, _ x: Int) -> SIMD2<Float> {
    let (up, down) = (max(0, y - 1), min(side - 1, y + 1))
    let (left, right) = (max(0, x - 1), min(side - 1, x + 1))
    return SIMD2(
      (self[down, x] - self[up, x]) / Float(max(1, down - up)),
      (self[y, right] - self[y, left]) / Float(max(1, right - left)))
  }

  /// Independent standard normal numbers.
  static func noise(side: Int, _ stream: RandomStream, number: Int) -> Field {
    Field(side: side) { y, x in Float(stream.gaussian(step: number, index: y * side + x)) }
  }

  /// Smooth noise of mean 0 and a deviation of about 1, whose hills are `spacing` pixels apart: a uniform cubic
  /// B-spline over a lattice of standard normal numbers.
  static func smooth(side: Int, spacing: Int, _ stream: RandomStream, number: Int) -> Field {
    let knots = side / spacing + 4
    // The mean over a cell of the sum of squared weights is (151/315)² in two dimensions.
    let unit: Float = 315 / 151
    let lattice = Field(side: knots) { y, x in
      unit * Float(stream.gaussian(step: number, index: y * knots + x))
    }
    let weights = (0..<spacing).map { spline(Float($0) / Float(spacing)) }
    var rows = [Float](repeating: 0, count: knots * side)
    for knot in 0..<knots {
      for x in 0..<side {
        let (w, at) = (weights[x % spacing], knot * knots + x / spacing)
        rows[knot * side + x] = (0..<4).reduce(0) { $0 + w[$1] * lattice.values[at + $1] }
      }
    }
    return Field(side: side) { y, x in
      let (w, at) = (weights[y % spacing], y / spacing * side + x)
      return w[0] * rows[at] + w[1] * rows[at + side] + w[2] * rows[at + 2 * side] + w[3]
        * rows[at + 3 * side]
    }
  }

  /// The weights of the four knots around the fraction `t` of a step.
  private static func spline(_ t: Float) -> SIMD4<Float> {
    let (s, t2) = (1 - t, t * t)
    let t3 = t2 * t
    return SIMD4(s * s * s, 3 * t3 - 6 * t2 + 4, -3 * t3 + 3 * t2 + 3 * t + 1, t3) / 6
  }

  /// Blurred by the binomial 1 4 6 4 1 along both axes: a Gaussian of deviation 1.
  func blurred() -> Field {
    let taps: [Float] = [1, 4, 6, 4, 1].map { $0 / 16 }
    let inside = (-2..<side + 2).map { mirrored($0, side) }
    func line(_ at: Int, _ value: (Int) -> Float) -> Float {
      (0..<5).reduce(0) { $0 + taps[$1] * value(inside[at + $1]) }
    }
    let across = Field(side: side) { y, x in line(x) { self[y, $0] } }
    return Field(side: side) { y, x in line(y) { across[$0, x] } }
  }

  /// As an 8 bit picture.
  func image() -> Image {
    Image(
      height: side, width: side, format: .uint8,
      pixels: values.map { min(255, max(0, $0)).rounded(.toNearestOrEven) })
  }
}
