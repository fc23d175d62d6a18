import UNetGraph
import UNetRuntime

/// A backend made wrong, or watched: its reads flip the lowest bit of the first element, or something follows each
/// operation, such as a step of a clock.
package struct AlteredBackend<B: Backend>: Backend {
  private let backend: B
  private let flips: Bool
  private let largest: Int?
  private let afterEach: () -> Void

  /// - `largestBuffer`: elements; with 1 each value has a buffer of its own.
  package init(
    _ backend: B, flips: Bool = false, largestBuffer: Int? = nil, afterEach: @escaping () -> Void = {}
  ) {
    (self.backend, self.flips, largest, self.afterEach) = (backend, flips, largestBuffer, afterEach)
  }

  package var name: String { backend.name }
  package var allocatedBytes: Int { backend.allocatedBytes }
  package func makeBuffer(count: Int) throws -> B.Buffer { try backend.makeBuffer(count: count) }
  package var largestBuffer: Int { largest ?? backend.largestBuffer }
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
