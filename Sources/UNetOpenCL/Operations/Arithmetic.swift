import COpenCL
import UNetNumerics
import UNetRuntime

extension OpenCLBackend {
  /// Computes some hundred sums and products, denormal numbers, ties and cancellations among them, and compares their bits with
  /// the host's.  What drivers say of their arithmetic is not always so.
  /// - Throws: `ArithmeticError` at the first that is another number; the driver's errors.
  package func checkArithmetic() throws {
    let triples = ArithmeticSample.triples
    let (x, y) = (try makeBuffer(count: 3 * triples.count), try makeBuffer(count: 5 * triples.count))
    try write(triples.flatMap { [$0.a, $0.b, $0.c] }, to: x)
    try kernel("arithmetic").bind(x, y, triples.count).over(each(triples.count))()
    let found = try read(y, from: 0, count: 5 * triples.count)
    for (i, triple) in triples.enumerated() {
      for (place, (words, expected)) in triple.results.enumerated() {
        let value = found[5 * i + place]
        guard expected.isNaN ? value.isNaN : value.bitPattern == expected.bitPattern else {
          throw ArithmeticError(device: name, words: words, expected: expected, found: value)
        }
      }
    }
  }
}

/// A device whose arithmetic is another than that of all others.
package struct ArithmeticError: Error, CustomStringConvertible {
  let device: String, words: String
  let expected: Float, found: Float

  /// One sentence with the remedy.
  package var description: String {
    "\(device) computes \(words) as \(found), not \(expected): its driver loses denormal numbers or rounds otherwise, so results "
      + "would not be those of other devices; update the driver, or choose another device"
  }
}

/// Numbers on which devices may differ.
private struct ArithmeticSample {
  let a: Float, b: Float, c: Float

  /// What `arithmetic` of arithmetic.cl computes, each in words and as it must be.
  var results: [(String, Float)] {
    let product = a * b
    return [
      ("\(a) + \(b)", a + b), ("\(a) - \(b)", a - b), ("\(a) * \(b)", product),
      ("\(a) * \(b) + \(c) in two steps", product + c),
      ("\(a) * \(b) + \(c) in one step", c.addingProduct(a, b)),
    ]
  }

  /// Denormal numbers, one rounding and two, then numbers of every magnitude.
  static let triples: [ArithmeticSample] = {
    let least = Float.leastNonzeroMagnitude, normal = Float.leastNormalMagnitude, ulp = Float(1).ulp
    let chosen: [(Float, Float, Float)] = [
      (least, 0, least), (normal, -least, 0), (normal, 0.5, least), (1e-30, 1e-10, 0),
      (-1e-25, 1e-20, 7 * least),
      (1 + ulp, 1 + ulp, -1), (1 + ulp, 1 - ulp, -1), (1 + ulp / 2, 1, 0), (1, ulp / 2, 0),
      (1 + ulp, ulp / 2, 0),
      (3, 1 / 3, -1), (0.1, 10, -1), (16_777_216, 1, 0), (1e38, 10, -1e38), (-0.0, 0, 0), (0, -1, 0),
    ]
    let stream = RandomStream(seed: 12, stream: 0)
    let random = (0..<256).map { i -> (Float, Float, Float) in
      let numbers = (0..<3).map { j -> Float in
        let bits = stream.bits(step: i, index: j)
        // Exponents around that of 1, so that sums meet, and a few far below.
        let exponent = bits >> 28 == 0 ? bits >> 23 & 0x1f : 117 + bits >> 23 & 0x1f % 20
        return Float(bitPattern: bits & 0x807f_ffff | exponent << 23)
      }
      return (numbers[0], numbers[1], numbers[2])
    }
    return (chosen + random).map { ArithmeticSample(a: $0.0, b: $0.1, c: $0.2) }
  }()
}
