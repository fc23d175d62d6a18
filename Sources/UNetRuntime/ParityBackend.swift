import UNetGraph

/// Runs every operation on two backends and stops at the first whose results differ in a bit.
package struct ParityBackend<A: Backend, B: Backend>: Backend {
  /// The backend whose results are passed on.
  package let expected: A
  /// The backend that must agree.
  package let actual: B

  /// `actual` compared with `expected`.
  package init(_ expected: A, _ actual: B) { (self.expected, self.actual) = (expected, actual) }

  /// Both names.
  package var name: String { "\(actual.name) against \(expected.name)" }
  /// The bytes of both.
  package var allocatedBytes: Int { expected.allocatedBytes + actual.allocatedBytes }

  /// Waits for both.
  package func finish() throws {
    try expected.finish()
    try actual.finish()
  }
  /// The peak of `actual`.
  package func measurePeak() throws -> Peak { try actual.measurePeak() }

  /// A buffer on each.
  package func makeBuffer(count: Int) throws -> (A.Buffer, B.Buffer) {
    (try expected.makeBuffer(count: count), try actual.makeBuffer(count: count))
  }

  /// What both can have in one buffer.
  package var largestBuffer: Int { min(expected.largestBuffer, actual.largestBuffer) }

  /// Whether both have it; they may share a memory.
  package func hasRoom(for bytes: Int) -> Bool { expected.hasRoom(for: bytes) && actual.hasRoom(for: bytes) }

  /// A part of both.
  package func part(of buffer: (A.Buffer, B.Buffer), from offset: Int, count: Int) throws -> (
    A.Buffer, B.Buffer
  ) {
    (
      try expected.part(of: buffer.0, from: offset, count: count),
      try actual.part(of: buffer.1, from: offset, count: count)
    )
  }

  /// Writes to both.
  package func write(_ elements: [Float], to buffer: (A.Buffer, B.Buffer)) throws {
    try expected.write(elements, to: buffer.0)
    try actual.write(elements, to: buffer.1)
  }

  /// What `expected` holds.
  package func read(_ buffer: (A.Buffer, B.Buffer), from offset: Int, count: Int) throws -> [Float] {
    try expected.read(buffer.0, from: offset, count: count)
  }

  /// Runs on both, then compares every result.
  /// - Throws: `Disagreement` from the launch.
  package func prepare(_ operation: Operation, _ buffer: (Value) -> (A.Buffer, B.Buffer)) throws -> Launch {
    let runExpected = try expected.prepare(operation) { buffer($0).0 }
    let runActual = try actual.prepare(operation) { buffer($0).1 }
    let outputs = operation.writes.map { (buffer($0), $0.shape) }
    return {
      try runExpected()
      try runActual()
      for (pair, shape) in outputs {
        let a = try expected.read(pair.0, count: shape.count)
        let b = try actual.read(pair.1, count: shape.count)
        let different = differingBits(a, b)
        guard let first = different.first else { continue }
        throw Disagreement(
          operation: operation, bits: different.bits, first: first, expected: a[first], actual: b[first])
      }
    }
  }
}

/// How many bits differ between two arrays of equal length, and the first element with one.
package func differingBits(_ a: [Float], _ b: [Float]) -> (bits: Int, first: Int?) {
  var (bits, first) = (0, Int?.none)
  for i in 0..<min(a.count, b.count) where a[i].bitPattern != b[i].bitPattern {
    bits += (a[i].bitPattern ^ b[i].bitPattern).nonzeroBitCount
    first = first ?? i
  }
  return (bits, first)
}

/// An operation whose results differ between two backends.
package struct Disagreement: Error, CustomStringConvertible {
  /// What ran.
  package let operation: Operation
  /// Bits that differ in one of its results.
  package let bits: Int
  /// The first element that differs.
  package let first: Int
  /// What the first backend says of it.
  package let expected: Float
  /// What the second says.
  package let actual: Float

  /// One sentence.
  package var description: String {
    "\(operation): \(bits) bits differ, first at element \(first): \(expected) and \(actual)"
  }
}
