import UNetGraph
import UNetRuntime

/// A backend made wrong, or watched: its reads flip the lowest bit of the first element, or something follows each
/// operation, such as a step of a clock.
package struct AlteredBackend<B: Backend>: Backend {
  private let backend: B
  private let flips: Bool
  private let afterEach: () -> Void

  package init(_ backend: B, flips: Bool = false, afterEach: @escaping () -> Void = {}) {
    (self.backend, self.flips, self.afterEach) = (backend, flips, afterEach)
  }

  package var name: String { backend.name }
  package var allocatedBytes: Int { backend.allocatedBytes }
  package func makeBuffer(count: Int) throws -> B.Buffer { try backend.makeBuffer(count: count) }
  package var largestBuffer: Int { backend.largestBuffer }
  package func part(of buffer: B.Buffer, from offset: Int, count: Int) throws -> B.Buffer {
    try backend.part(of: buffer, from: offset, count: count)
  }
  package func write(_ elements: [Float], to buffer: B.Buffer) throws {
    try backend.write(elements, to: buffer)
  }
  package func read(_ buffer: B.Buffer, from offset: Int, count: Int) throws -> [Float] {
    var elements = try backend.read(buffer, from: offset, count: count)
    if flips { elements[0] = Float(bitPattern: elements[0].bitPattern ^ 1) }
    return elements
  }
  package func prepare(_ operation: Operation, _ buffer: (Value) -> B.Buffer) throws -> Launch {
    let run = try backend.prepare(operation, buffer)
    return {
      try run()
      afterEach()
    }
  }
  package func finish() throws { try backend.finish() }
  package func measurePeak() throws -> Peak { try backend.measurePeak() }
}
