import Testing
import UNetCPU
import UNetGraph
import UNetNetworks
import UNetRuntime

/// Memory is given back with the last reference to it.
@Test func buffersAreFreedWithTheirLastReference() throws {
  let backend = try CPUBackend()
  #expect(backend.allocatedBytes == 0)
  do {
    let buffer = try backend.makeBuffer(count: 1000)
    #expect(backend.allocatedBytes == 4000)
    try backend.write([1, 2, 3], to: buffer)
    #expect(try backend.read(buffer, count: 2) == [1, 2])
  }
  #expect(backend.allocatedBytes == 0)
}

/// An operation's scratch memory is counted, and shared by all operations.
@Test func scratchIsCountedOnce() throws {
  let backend = try CPUBackend()
  var graph = Graph()
  var x = graph.value([1, 9, 9, 16])
  for i in 0..<3 { x = try Conv("conv\(i)", channels: 16)(x, in: &graph) }
  let session = try Session(graph, on: backend)
  let packed = (1 + 3 * 3 * 16) * 16
  let values = session.plan.arenas.reduce(0, +) + graph.parameters.map(\.value.shape.count).reduce(0, +)
  #expect(backend.allocatedBytes == 4 * (values + packed))
}

/// What cannot be given is an error, not a crash.
@Test func impossibleBufferIsAnError() throws {
  let backend = try CPUBackend()
  #expect(throws: CPUError.outOfMemory(bytes: 1 << 60)) { try backend.makeBuffer(count: 1 << 58) }
  #expect(backend.allocatedBytes == 0)
}

/// A word names the instruction set; a wrong one is refused with those that would do.
@Test func aWordChoosesTheLevel() throws {
  #expect(try CPUBackend().instructionSet == InstructionSet.available.first)
  #expect(try InstructionSet.named("baseline") == .baseline)
  #expect(throws: CPUError.instructionSetUnknown("sse9")) { try InstructionSet.named("sse9") }
  let text = CPUError.instructionSetUnknown("sse9").description
  #expect(text.hasPrefix("'sse9' names no instruction set; choose one of "))
  #expect(text.hasSuffix("baseline"))
}

/// The name says what runs.
@Test func nameTellsTheInstructionSet() throws {
  #expect(try CPUBackend(instructionSet: .baseline).name.hasPrefix("CPU ("))
}
