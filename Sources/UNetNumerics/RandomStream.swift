/// Counter-based random numbers: a pure function of (seed, stream, step, index), in integer arithmetic.
///
/// The same arithmetic stands in `Kernels/shared/random.h`, so masks made on a device and on the host agree, and
/// nothing depends on time, on the thread count, or on the order in which numbers are asked for
/// (Documentation/numerics.md, rule 4).
package struct RandomStream: Hashable, Sendable {
  /// What tells this stream from every other; a kernel takes it as an argument.
  package let key: UInt32

  /// The stream numbered `stream` of an experiment with this seed.
  package init(seed: UInt64, stream: UInt32) {
    key = mix(mix(UInt32(truncatingIfNeeded: seed) &+ 0x9E37_79B9) ^ mix(UInt32(seed >> 32) ^ mix(stream)))
  }

  /// A uniform 32-bit number.
  package func bits(step: Int, index: Int) -> UInt32 {
    let counter = UInt32(truncatingIfNeeded: index) &* 0x9E37_79B1 &+ key
    return mix(mix(counter) ^ mix(UInt32(truncatingIfNeeded: step) &+ 0x85EB_CA77))
  }

  /// A uniform number in (0, 1), a multiple of 2^-33.
  package func uniform(step: Int, index: Int) -> Double {
    (Double(bits(step: step, index: index)) + 0.5) / 4_294_967_296
  }

  /// A uniform whole number in `0..<bound`.
  package func integer(below bound: Int, step: Int, index: Int) -> Int {
    Int((UInt64(bits(step: step, index: index)) &* UInt64(bound)) >> 32)
  }

  /// A number of the standard normal distribution.
  package func gaussian(step: Int, index: Int) -> Double { normalQuantile(uniform(step: step, index: index)) }
}

/// A bijection of 32-bit numbers in which every input bit changes about half of the output bits: lowbias32 (C. Wellons,
/// "Prospecting for Hash Functions", 2018).
func mix(_ x: UInt32) -> UInt32 {
  var h = x
  h ^= h >> 16
  h = h &* 0x7FEB_352D
  h ^= h >> 15
  h = h &* 0x846C_A68B
  return h ^ h >> 16
}
