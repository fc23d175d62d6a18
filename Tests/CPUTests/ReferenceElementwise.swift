import Foundation
import UNetEvaluation
import UNetGraph
import UNetNumerics

// Not Foundation's class of that name.
typealias Operation = UNetGraph.Operation

/// A number in which the reference can be run.
protocol ReferenceNumber: BinaryFloatingPoint {
  static func exponential(_ x: Self) -> Self
  static func logarithm(_ x: Self) -> Self
  static func root(_ x: Self) -> Self
  static func reciprocal(_ x: Self) -> Self
}

extension Double: ReferenceNumber {
  static func exponential(_ x: Double) -> Double { exp(x) }
  static func logarithm(_ x: Double) -> Double { log(x) }
  static func root(_ x: Double) -> Double { x.squareRoot() }
  static func reciprocal(_ x: Double) -> Double { 1 / x }
}

extension Float: ReferenceNumber {
  /// Cephes' expf about powers of two, as Kernels/shared/elementary.h has it.
  static func exponential(_ x: Float) -> Float {
    let x = x < -87 ? -87 : x
    let shifted = Float(12_582_912).addingProduct(x, 1.44269504)
    let n = shifted - 12_582_912
    let r = x.addingProduct(n, -0.693359375).addingProduct(n, 2.12194440e-4)
    let coefficients: [Float] = [
      1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
    ]
    let p = coefficients.dropFirst().reduce(coefficients[0]) { $1.addingProduct($0, r) }
    let power = Float(bitPattern: (shifted.bitPattern &- 0x4B40_0000 &+ 127) << 23)
    return (r.addingProduct(p, r * r) + 1) * power
  }

  /// Cephes' logf for x >= 1, as Kernels/shared/elementary.h has it.
  static func logarithm(_ x: Float) -> Float {
    var (m, n) = (x.significand, Float(x.exponent))
    if m > 1.41421356 { (m, n) = (m * 0.5, n + 1) }
    let f = m - 1
    let coefficients: [Float] = [
      7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
      2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
    ]
    let p = coefficients.dropFirst().reduce(coefficients[0]) { $1.addingProduct($0, f) }
    let y = ((p * f) * (f * f)).addingProduct(n, -2.12194440e-4).addingProduct(f * f, -0.5)
    return (f + y).addingProduct(n, 0.693359375)
  }

  /// Newton's method for 1/√x, then a step for √x, as Kernels/shared/adam.h has it.
  static func root(_ x: Float) -> Float {
    let half = 0.5 * x
    var y = Float(bitPattern: 0x5F37_59DF &- x.bitPattern >> 1)
    for _ in 0..<3 { y *= Float(1.5).addingProduct(-(half * y), y) }
    let root = x * y
    return root.addingProduct(x.addingProduct(-root, root), 0.5 * y)
  }

  /// Newton's method, as Kernels/shared/adam.h has it.
  static func reciprocal(_ x: Float) -> Float {
    var y = Float(bitPattern: 0x7EF3_11C7 &- x.bitPattern)
    for _ in 0..<4 { y = y.addingProduct(y, Float(1).addingProduct(-x, y)) }
    return y
  }
}

extension Reference {
  /// The channels of `x`, then those of the centre of `skip`.
  func joined(_ x: Grid<T>, _ skip: Grid<T>?) -> Grid<T> {
    guard let skip else { return x }
    let (top, left) = ((skip.shape[1] - x.shape[1]) / 2, (skip.shape[2] - x.shape[2]) / 2)
    let shape: Shape = [x.shape[0], x.shape[1], x.shape[2], x.shape[3] + skip.shape[3]]
    return Grid(shape) { i in
      i[3] < x.shape[3] ? x[i] : skip[i[0], i[1] + top, i[2] + left, i[3] - x.shape[3]]
    }
  }

  func maxPoolGradient(_ dy: Grid<T>, _ x: Grid<T>, _ other: Grid<T>?) -> Grid<T> {
    Grid(x.shape) { i in
      let half = [i[0], i[1] / 2, i[2] / 2, i[3]]
      let d = x.block(at: half).max.corner == i[1] % 2 * 2 + i[2] % 2 ? dy[half] : 0
      guard let other else { return d }
      let (h, w) = (i[1] - (x.shape[1] - other.shape[1]) / 2, i[2] - (x.shape[2] - other.shape[2]) / 2)
      guard 0..<other.shape[1] ~= h, 0..<other.shape[2] ~= w else { return 0 + d }
      return other[i[0], h, w, i[3] + other.shape[3] - x.shape[3]] + d
    }
  }

  func pad(_ x: Grid<T>, _ shape: Shape) -> Grid<T> {
    let (top, left) = ((shape[1] - x.shape[1]) / 2, (shape[2] - x.shape[2]) / 2)
    return Grid(shape) { i in
      let (h, w) = (i[1] - top, i[2] - left)
      return 0..<x.shape[1] ~= h && 0..<x.shape[2] ~= w ? x[i[0], h, w, i[3]] : 0
    }
  }

  func dropout(_ x: Grid<T>, step: UInt32, rate: Float, key: UInt32) -> Grid<T> {
    func mix(_ x: UInt32) -> UInt32 {
      var h = x ^ x >> 16
      h = h &* 0x7FEB_352D
      h = (h ^ h >> 15) &* 0x846C_A68B
      return h ^ h >> 16
    }
    let scale = T(Float(1 / (1 - Double(rate))))
    var y = x
    for i in x.elements.indices {
      let bits = mix(mix(UInt32(i) &* 0x9E37_79B1 &+ key) ^ mix(step &+ 0x85EB_CA77))
      y.elements[i] = bits >= UInt32(Double(rate) * 4_294_967_296) ? x.elements[i] * scale : 0
    }
    return y
  }

  func softmax(_ x: Grid<T>) -> Grid<T> {
    var y = x
    for (pixel, (top, l)) in pixels(x).enumerated() {
      for c in pixel * x.shape[3]..<(pixel + 1) * x.shape[3] {
        y.elements[c] = .exponential(x.elements[c] - top - l)
      }
    }
    return y
  }

  func crossEntropy(_ z: Grid<T>, _ labels: Grid<T>, _ weights: Grid<T>) -> (Grid<T>, Grid<T>) {
    var (losses, dz) = (labels, z)
    let scale = 1 / T(labels.shape.count)
    for (pixel, (top, l)) in pixels(z).enumerated() {
      let (first, label) = (pixel * z.shape[3], Int(labels.elements[pixel]))
      let weight = weights.elements[pixel] * scale
      losses.elements[pixel] = weight * (l - (z.elements[first + label] - top))
      for c in 0..<z.shape[3] {
        let p = T.exponential(z.elements[first + c] - top - l)
        dz.elements[first + c] = weight * (p - (c == label ? 1 : 0))
      }
    }
    return (losses, dz)
  }

  /// The greatest number of each pixel, and the logarithm of the sum of exponentials of the distances from it.
  private func pixels(_ z: Grid<T>) -> [(top: T, log: T)] {
    stride(from: 0, to: z.elements.count, by: z.shape[3]).map { first in
      let scores = z.elements[first..<first + z.shape[3]]
      let top = scores.dropFirst().reduce(scores[first]) { $1 > $0 || $1.isNaN ? $1 : $0 }
      return (top, T.logarithm(scores.reduce(0) { $0 + T.exponential($1 - top) }))
    }
  }

  func sum(_ x: Grid<T>, _ shape: Shape) -> Grid<T> {
    Grid(shape) { i in x.elements[(1024 * i[0])...].prefix(1024).reduce(0, +) }
  }

  func descend(_ w: Grid<T>, _ v: Grid<T>, _ dw: Grid<T>, _ control: Grid<T>) -> (Grid<T>, Grid<T>) {
    let (rate, momentum, decay) = (control.elements[1], control.elements[2], control.elements[3])
    var (w, v) = (w, v)
    for i in w.elements.indices {
      let g = dw.elements[i].addingProduct(decay, w.elements[i])
      v.elements[i] = (-(rate * g)).addingProduct(momentum, v.elements[i])
      w.elements[i] += v.elements[i]
    }
    return (w, v)
  }

  mutating func adapt(_ one: ParameterUpdate, _ control: [T]) {
    guard let second = one.second else { return }
    let dw = self[one.dw].elements
    for i in dw.indices {
      let m = (control[3] * dw[i]).addingProduct(control[2], self[one.first].elements[i])
      let v = ((control[5] * dw[i]) * dw[i]).addingProduct(control[4], self[second].elements[i])
      let u = m * T.reciprocal(T.root(v) + control[6])
      let w = self[one.w].elements[i]
      (self[one.first].elements[i], self[second].elements[i]) = (m, v)
      self[one.w].elements[i] = w.addingProduct(-control[7], w).addingProduct(-control[1], u)
    }
  }
}
