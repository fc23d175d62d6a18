import Foundation
import Testing
import UNetNumerics

/// Relative error, as doubles can be compared after a few roundings.
private func close(_ a: Double, _ b: Double, within bound: Double) -> Bool { abs(a - b) <= bound * abs(b) }

@Test func portableExpEqualsTheLibraryWithin1e14() {
  for i in -7000...7000 {
    let x = Double(i) / 10
    #expect(close(portableExp(x), exp(x), within: 1e-14), "\(x)")
  }
  #expect(portableExp(0) == 1 && portableExp(-1000) == 0 && portableExp(1000) == .infinity)
  #expect(portableExp(.nan).isNaN)
}

@Test func portableLogEqualsTheLibraryWithin1e14() {
  for i in 1...20000 {
    let x = Double(i) * Double(i) / 1000
    #expect(abs(portableLog(x) - log(x)) <= 1e-14 * max(1, abs(log(x))), "\(x)")
  }
  #expect(portableLog(1) == 0 && portableLog(0) == -.infinity && portableLog(-1).isNaN)
}

/// The C library is within one unit too, so two are allowed.
@Test func portableCosineAndSineEqualTheLibraryWithinTwoUnits() {
  let special = (-12...12).flatMap { k in
    let x = Double(k) * .pi / 4
    return [x.nextDown, x, x.nextUp]
  }
  for x in special + (-20_000...20_000).map({ Double($0) / 1000 }) + [1e-300, 999_999, -1_000_000] {
    let found = portableCosineAndSine(x)
    #expect(abs(found.cosine - cos(x)) <= 2 * cos(x).ulp, "\(x)")
    #expect(abs(found.sine - sin(x)) <= 2 * sin(x).ulp, "\(x)")
  }
  #expect(portableCosineAndSine(0) == (1, 0))
}

/// The integral of the density up to the quantile is the probability, by the C library's error function.
@Test func normalQuantileInvertsTheNormalDistribution() {
  for p in [1e-9, 1e-4, 0.02425, 0.075, 0.1, 0.3, 0.5, 0.7, 0.925, 0.999, 1 - 1e-9] {
    let x = normalQuantile(p)
    #expect(close(0.5 * erfc(-x / 2.0.squareRoot()), p, within: 1e-12), "\(p)")
  }
}

/// Numbers from the definition in Documentation/numerics.md, pinned: a change would change every run.
@Test func randomNumbersArePinned() {
  let stream = RandomStream(seed: 1, stream: 2)
  let bits = (0..<3).map { stream.bits(step: 4, index: $0) }
  #expect(bits == pinned)
  #expect(stream.bits(step: 4, index: 0) != RandomStream(seed: 2, stream: 2).bits(step: 4, index: 0))
  #expect(stream.bits(step: 4, index: 0) != RandomStream(seed: 1, stream: 3).bits(step: 4, index: 0))
  #expect(stream.bits(step: 4, index: 0) != stream.bits(step: 5, index: 0))
}
private let pinned: [UInt32] = [913_029_874, 2_344_857_729, 1_479_140_404]

/// 100,000 draws: mean within 5 standard errors of 0, variance of 1, and steps not correlated with each other.
@Test func gaussiansHaveMean0AndVariance1() {
  let stream = RandomStream(seed: 7, stream: 0)
  let n = 100_000
  let (a, b) = (
    (0..<n).map { stream.gaussian(step: 0, index: $0) }, (0..<n).map { stream.gaussian(step: 1, index: $0) }
  )
  let error = 1 / Double(n).squareRoot()
  #expect(abs(a.reduce(0, +) / Double(n)) < 5 * error)
  #expect(abs(a.map { $0 * $0 }.reduce(0, +) / Double(n) - 1) < 5 * 1.42 * error)
  #expect(abs(zip(a, b).map { $0 * $1 }.reduce(0, +) / Double(n)) < 5 * error)
}

@Test func integersCoverTheirRangeEvenly() {
  let stream = RandomStream(seed: 3, stream: 9)
  var counts = [Int](repeating: 0, count: 7)
  for i in 0..<70_000 { counts[stream.integer(below: 7, step: 1, index: i)] += 1 }
  #expect(counts.allSatisfy { abs($0 - 10_000) < 500 }, "\(counts)")
}
