import CUNetVector
import Foundation
import Testing
import UNetCPU
import UNetNumerics

/// The portable exponential is within 2 units in the last place of the true one, wherever softmax uses it.
@Test(arguments: InstructionSet.available)
func exponentialIsWithinTwoUlp(level: InstructionSet) throws {
  let loops = try #require(unet_vector_level(level.rawValue)).pointee
  let x = stride(from: Float(-87), through: 88, by: 0.00071).map { $0 } + [0, -0.0, 1e-30, -1e-8]
  var y = [Float](repeating: 0, count: x.count)
  loops.exponential(x, &y, x.count)
  let worst = zip(x, y).map { ulps($1, exp(Double($0))) }.max() ?? .infinity
  #expect(worst <= 2)
  #expect(y.map(\.bitPattern) == x.map { Float.exponential($0).bitPattern })
}

/// The portable logarithm is within 2 units in the last place from 1 to as many classes as anyone has.
@Test(arguments: InstructionSet.available)
func logarithmIsWithinTwoUlp(level: InstructionSet) throws {
  let loops = try #require(unet_vector_level(level.rawValue)).pointee
  let x =
    stride(from: Float(1), through: 3, by: 0.000013).map { $0 }
    + stride(from: Float(3), through: 4096, by: 0.037).map { $0 } + [Float(1).nextUp]
  var y = [Float](repeating: 0, count: x.count)
  loops.logarithm(x, &y, x.count)
  let worst = zip(x, y).map { ulps($1, log(Double($0))) }.max() ?? .infinity
  #expect(worst <= 2)
  #expect(y.map(\.bitPattern) == x.map { Float.logarithm($0).bitPattern })
}

/// Adam's square root and reciprocal are within 2 units of the last place, which the loops' bits are compared with.
@Test func rootsAndReciprocalsAreWithinTwoUnits() {
  let stream = RandomStream(seed: 4, stream: 1)
  for i in 0..<200_000 {
    let x = Float(
      sign: .plus, exponent: stream.integer(below: 180, step: 0, index: i) - 90,
      significand: Float(1 + stream.uniform(step: 1, index: i)))
    let (root, reciprocal) = (Float.root(x), Float.reciprocal(x))
    let (trueRoot, trueReciprocal) = (Double(x).squareRoot(), 1 / Double(x))
    #expect(abs(Double(root) - trueRoot) <= 2 * Double(Float(trueRoot).ulp))
    #expect(abs(Double(reciprocal) - trueReciprocal) <= 2 * Double(Float(trueReciprocal).ulp))
  }
  #expect(Float.root(0) == 0 && Float.root(.nan).isNaN && Float.root(.infinity).isNaN)
}

/// A multiply-add has one rounding, also where no instruction does it: an update's first one.
@Test(arguments: InstructionSet.available)
func multiplyAddsRoundOnce(level: InstructionSet) throws {
  let loops = try #require(unet_vector_level(level.rawValue)).pointee
  func any() -> Float { Float(bitPattern: UInt32.random(in: 0...(.max))) }
  func scaled(_ value: Float, by exponents: ClosedRange<Int>) -> Float {
    value * Float(sign: Bool.random() ? .plus : .minus, exponent: Int.random(in: exponents), significand: 1)
  }
  func compare(_ factor: Float, _ values: [Float], _ addends: [Float]) {
    // With rate -1 and momentum 0 what an update keeps is addend + factor * value.
    var (weights, sums) = (values, [Float](repeating: 0, count: values.count))
    loops.sgd(&weights, &sums, addends, values.count, -1, 0, factor)
    for (sum, (value, addend)) in zip(sums, zip(values, addends)) {
      let expected = addend.addingProduct(factor, value)
      #expect(sum == expected || sum.isNaN && expected.isNaN, "\(factor) * \(value) + \(addend)")
    }
  }
  for _ in 0..<2000 {
    // Of any size, and near cancelling each other.
    let (factor, values) = (any(), (0..<20).map { _ in any() })
    let near = values.map {
      let product = scaled($0 * factor, by: -30...30)
      return Float(
        bitPattern: product.bitPattern ^ UInt32.random(in: 0...(.max >> UInt32.random(in: 8...31))))
    }
    compare(factor, values, near)
    compare(factor, values, values.map { _ in any() })
    // Products half way between two Float32s, and an addend so small that a Float64 loses it.
    let odd = Float(Int.random(in: 1024..<2048) * 2 + 1)
    let others = (0..<20).map { _ in Float(Int.random(in: 2048..<4096) * 2 + 1) }
    compare(odd, others, others.map { scaled($0, by: -60 ... -45) })
  }
}

/// Every Float32 for which a softmax or a loss asks: 3.3 thousand million exponentials and 1.1 of logarithms.
@Suite(
  .enabled(
    if: ProcessInfo.processInfo.environment["UNET_PROOFS"] != nil,
    "every Float32 takes minutes: set UNET_PROOFS=1, or `make proofs`"))
struct EveryFloatTests {
  private typealias Function = (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) -> Void

  /// The worst distance in ulps; by every instruction set the same bits.
  private func worst(
    of patterns: ClosedRange<UInt32>, by functions: [Function], _ truth: @Sendable (Double) -> Double
  ) -> Double {
    let (chunk, count) = (1 << 20, Int(patterns.upperBound - patterns.lowerBound) + 1)
    var worst = 0.0
    var y = functions.map { _ in [Float](repeating: 0, count: chunk) }
    for start in stride(from: 0, to: count, by: chunk) {
      let x = (start..<min(count, start + chunk)).map {
        Float(bitPattern: patterns.lowerBound + UInt32($0))
      }
      for i in functions.indices { functions[i](x, &y[i], x.count) }
      for i in x.indices {
        for other in y.dropFirst() where other[i].bitPattern != y[0][i].bitPattern { return .infinity }
        worst = max(worst, ulps(y[0][i], truth(Double(x[i]))))
      }
    }
    return worst
  }

  private func levels() throws -> [UNetVectorLevel] {
    try InstructionSet.available.map { try #require(unet_vector_level($0.rawValue)).pointee }
  }

  /// The first pattern of each eighth of a range, so that both cores work.
  private static func parts(_ range: ClosedRange<UInt32>) -> [ClosedRange<UInt32>] {
    let size = (range.upperBound - range.lowerBound) / 8
    return (0..<8).map { part in
      let start = range.lowerBound + UInt32(part) * size + (part > 0 ? 1 : 0)
      return start...(part == 7 ? range.upperBound : range.lowerBound + UInt32(part + 1) * size)
    }
  }

  private static let positive = parts(0...Float(88).bitPattern)
  private static let negative = parts(Float(-0.0).bitPattern...Float(-87).bitPattern)
  private static let beyond = parts(Float(-87).bitPattern...(-Float.infinity).bitPattern)
  private static let normal = parts(Float(1).bitPattern...Float.greatestFiniteMagnitude.bitPattern)

  @Test(arguments: positive + negative) func exponential(of patterns: ClosedRange<UInt32>) throws {
    let found = worst(of: patterns, by: try levels().map { level in { level.exponential($0, $1, $2) } }) {
      exp($0)
    }
    print("exp of \(patterns): at most \(found) ulp")
    #expect(found <= 2)
  }

  /// Below -87 all are that of -87.
  @Test(arguments: beyond) func exponentialOfLess(patterns: ClosedRange<UInt32>) throws {
    let found = worst(of: patterns, by: try levels().map { level in { level.exponential($0, $1, $2) } }) {
      _ in exp(-87.0)
    }
    #expect(found <= 2)
  }

  @Test(arguments: normal) func logarithm(of patterns: ClosedRange<UInt32>) throws {
    let found = worst(of: patterns, by: try levels().map { level in { level.logarithm($0, $1, $2) } }) {
      log($0)
    }
    print("log of \(patterns): at most \(found) ulp")
    #expect(found <= 2)
  }
}

/// How far `y` is from `truth`, in units of the last place of the nearest float.
private func ulps(_ y: Float, _ truth: Double) -> Double { abs(Double(y) - truth) / Double(Float(truth).ulp) }
