import UNetGraph
import UNetRuntime

import class Foundation.Thread

/// A backend made wrong or slow: its reads flip the lowest bit of the first element, or each operation takes longer.
struct AlteredBackend<B: Backend>: Backend {
  let backend: B
  let flips: Bool
  let delay: Duration

  init(_ backend: B, flips: Bool = false, delay: Duration = .zero) {
    (self.backend, self.flips, self.delay) = (backend, flips, delay)
  }

  var name: String { backend.name }
  var allocatedBytes: Int { backend.allocatedBytes }
  func makeBuffer(count: Int) throws -> B.Buffer { try backend.makeBuffer(count: count) }
  var largestBuffer: Int { backend.largestBuffer }
  func part(of buffer: B.Buffer, from offset: Int, count: Int) throws -> B.Buffer {
    try backend.part(of: buffer, from: offset, count: count)
  }
  func write(_ elements: [Float], to buffer: B.Buffer) throws { try backend.write(elements, to: buffer) }
  func read(_ buffer: B.Buffer, from offset: Int, count: Int) throws -> [Float] {
    var elements = try backend.read(buffer, from: offset, count: count)
    if flips { elements[0] = Float(bitPattern: elements[0].bitPattern ^ 1) }
    return elements
  }
  func prepare(_ operation: Operation, _ buffer: (Value) -> B.Buffer) throws -> Step {
    let run = try backend.prepare(operation, buffer)
    return {
      try run()
      if delay > .zero { Thread.sleep(forTimeInterval: delay / .seconds(1)) }
    }
  }
  func finish() throws { try backend.finish() }
  func measurePeak() throws -> Peak { try backend.measurePeak() }
}
