import CUNetVector
import Foundation
import Testing
import UNetCPU

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

/// How far `y` is from `truth`, in units of the last place of the nearest float.
private func ulps(_ y: Float, _ truth: Double) -> Double { abs(Double(y) - truth) / Double(Float(truth).ulp) }
