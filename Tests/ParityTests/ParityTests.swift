import Testing
import UNetCPU
import UNetExperiments
import UNetGraph
import UNetOpenCL
import UNetRuntime

/// Every OpenCL device that the loader finds; a machine without one fails here, it does not skip.
private func devices() throws -> [Device] {
  let all = DeviceDescription.all()
  try #require(!all.isEmpty, "no OpenCL driver: apt-get install pocl-opencl-icd")
  return try all.map { try Device.open($0.index) }
}

/// Every operation, at shapes that divide evenly into blocks and shapes that do not, gives the same bits.
@Test(arguments: ParityCases.all)
func openCLEqualsCPU(operation: Operation) throws {
  for device in try devices() {
    let bits = try Parity(CPUBackend(), OpenCLBackend(device)).bits(of: operation)
    #expect(bits == 0, "\(device.description.name): \(operation)")
  }
}

@Test func parityCasesHoldEveryOperation() {
  let names = Set(ParityCases.all.map(\.name))
  #expect(
    names == [
      "conv", "gate", "convInputGradient", "convWeightGradient", "maxPool", "maxPoolFragments",
      "maxPoolGradient", "upConv",
      "upConvInputGradient", "upConvWeightGradient", "dropout", "add", "softmax",
      "softmaxCrossEntropy", "sum", "sgd",
    ])
}

/// Twenty training steps of each network agree operation by operation, on every device, and come to the same weights.
@Test(arguments: ParityCases.trainings.indices)
func trainingEqualsCPU(training: Int) throws {
  var digests: Set<String> = []
  for device in try devices() {
    digests.insert(try Parity(CPUBackend(), OpenCLBackend(device)).train(ParityCases.trainings[training]))
  }
  #expect(digests.count == 1)
}

/// A backend that is wrong in one bit of one element is found, and named.
@Test func aWrongBitIsFound() throws {
  let operation = try #require(ParityCases.all.first { $0.name == "conv" })
  #expect(try Parity(CPUBackend(), OffByABit(CPUBackend())).bits(of: operation) == 1)
  #expect(throws: Disagreement.self) {
    try Parity(CPUBackend(), OffByABit(CPUBackend())).train(ParityCases.trainings[0], steps: 1)
  }
}

/// A backend whose reads flip the lowest bit of the first element.
private struct OffByABit<B: Backend>: Backend {
  let backend: B
  init(_ backend: B) { self.backend = backend }
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
    elements[0] = Float(bitPattern: elements[0].bitPattern ^ 1)
    return elements
  }
  func prepare(_ operation: Operation, _ buffer: (Value) -> B.Buffer) throws -> Step {
    try backend.prepare(operation, buffer)
  }
  func finish() throws { try backend.finish() }
  func measurePeak() throws -> Peak { try backend.measurePeak() }
}
