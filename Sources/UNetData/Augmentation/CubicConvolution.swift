/// Cubic convolution with a = -1/2 (R. Keys, IEEE Transactions on Acoustics, Speech and Signal Processing 29, 1981):
/// smooth, passes through the given values, and is exact for parabolas.
///
/// Only + and * of Float32, none of them contracted, so that results are the same bits everywhere.
enum CubicConvolution {
  /// The weights of the values at -1, 0, 1 and 2 for a place `t` in 0...1.
  @inline(__always)
  static func weights(_ t: Float) -> SIMD4<Float> {
    let cubic = SIMD4<Float>(-0.5, 1.5, -1.5, 0.5)
    let square = SIMD4<Float>(1, -2.5, 2, -0.5)
    let linear = SIMD4<Float>(-0.5, 0, 0.5, 0)
    return ((cubic * t + square) * t + linear) * t + SIMD4<Float>(0, 1, 0, 0)
  }

  /// The value of a plane at (y, x), which must lie at least 1 pixel from its top and left and 2 from its bottom and
  /// right.  `stride`: pixels a row.
  @inline(__always)
  static func value(_ plane: UnsafePointer<Float>, stride: Int, _ y: Float, _ x: Float) -> Float {
    // Both are positive: cut is rounded down.
    let (top, left) = (Int(y), Int(x))
    let (down, across) = (weights(y - Float(top)), weights(x - Float(left)))
    let corner = UnsafeRawPointer(plane + ((top - 1) * stride + left - 1))
    let row = stride * MemoryLayout<Float>.stride
    @inline(__always) func pixels(_ r: Int) -> SIMD4<Float> {
      corner.loadUnaligned(fromByteOffset: r * row, as: SIMD4<Float>.self)
    }
    let sum = ((pixels(0) * down.x + pixels(1) * down.y) + pixels(2) * down.z) + pixels(3) * down.w
    let pairs = (sum * across).lowHalf + (sum * across).highHalf
    return pairs.x + pairs.y
  }
}
