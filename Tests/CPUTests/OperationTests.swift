import Testing
import UNetCPU
import UNetEvaluation
import UNetGraph
import UNetNumerics
import UNetRuntime

/// Every operation at every shape has the bits of its plain definition, whatever the instruction set, and writes
/// nothing beside its results.
@Test(arguments: InstructionSet.available)
func everyOperationHasTheBitsOfItsDefinition(level: InstructionSet) throws {
  let backend = try CPUBackend(instructionSet: level)
  for operation in Cases.all {
    var reference = Reference<Float>()
    for value in operation.reads + operation.writes { reference[value] = noise(for: value, in: operation) }
    let buffers = try guardedBuffers(reference, on: backend)
    let step = try backend.prepare(operation) { value in buffers[value] ?? unknown(value) }
    try step()
    reference.run(operation)
    for value in Set(operation.reads + operation.writes) {
      let found = try backend.read(try #require(buffers[value]), count: value.shape.count + guardWords.count)
      let (bits, first) = differingBits(found, reference[value].elements + guardWords)
      #expect(bits == 0, "\(operation) on \(level): \(value.shape) differs first at \(first ?? 0)")
    }
  }
}

@Test func casesHoldEveryOperation() {
  #expect(Set(Cases.all.map(\.kind)) == Set(Operation.Kind.allCases))
}

/// Winograd's algorithm gives what the convolution and its gradients are in double precision, but for rounding.
@Test func winogradIsTheConvolution() throws {
  let backend = try CPUBackend()
  for operation in Cases.winograd {
    var reference = Reference<Double>()
    let buffers = try (operation.reads + operation.writes).reduce(into: [Value: HostBuffer]()) {
      let grid = noise(for: $1, in: operation)
      reference[$1] = Grid($1.shape, grid.elements.map(Double.init))
      $0[$1] = try backend.makeBuffer(count: $1.shape.count)
      if let buffer = $0[$1] { try backend.write(grid.elements, to: buffer) }
    }
    try backend.prepare(operation) { value in buffers[value] ?? unknown(value) }()
    reference.run(direct(operation))
    for value in operation.writes {
      let found = try backend.read(try #require(buffers[value]), count: value.shape.count)
      let expected = reference[value].elements
      let error = zip(found, expected).map { (Double($0) - $1) * (Double($0) - $1) }.reduce(0, +)
      let size = expected.map { $0 * $0 }.reduce(0, +)
      #expect(size > 0 && (error / size).squareRoot() < 2e-6, "\(operation): \((error / size).squareRoot())")
    }
  }
}

/// The same operation by its definition.
private func direct(_ operation: Operation) -> Operation {
  switch operation {
  case .conv(let op):
    .conv(.init(x: op.x, skip: op.skip, w: op.w, b: op.b, y: op.y, relu: op.relu))
  case .convInputGradient(let op):
    .convInputGradient(.init(g: op.g, w: op.w, gate: op.gate, dx: op.dx, border: op.border))
  case .convWeightGradient(let op):
    .convWeightGradient(.init(g: op.g, x: op.x, skip: op.skip, dw: op.dw, db: op.db))
  default: preconditionFailure("\(operation) has no algorithm")
  }
}

/// ReLU and max-pooling let NaN through, so that a diverged run is seen, and ReLU keeps -0.
@Test(arguments: InstructionSet.available)
func notANumberStaysVisible(level: InstructionSet) throws {
  let backend = try CPUBackend(instructionSet: level)
  var graph = Graph()
  let (x, w, b) = (graph.value([1, 2, 2, 1]), graph.value([1, 1, 1, 1]), graph.value([1]))
  let y = try graph.conv(x, w: w, b: b, relu: true)
  let pooled = try graph.maxPool(y)
  let session = try Session(graph, on: backend, keeping: [y])
  try session.write(Tensor([1, 2, 2, 1], [.nan, -0.0, -1, 2]), to: x)
  try session.write(Tensor([1, 1, 1, 1], [1]), to: w)
  try session.write(Tensor([1], [-0.0]), to: b)
  try session.run()
  let rectified = try session.read(y).elements
  #expect(rectified[0].isNaN)
  #expect(rectified[1].bitPattern == Float(-0.0).bitPattern)
  #expect(rectified[2].bitPattern == Float(0).bitPattern && rectified[3] == 2)
  #expect(try session.read(pooled).elements[0].isNaN)
}

/// Dropout draws the host's random numbers.
@Test func dropoutFollowsItsRandomStream() throws {
  let backend = try CPUBackend()
  let stream = RandomStream(seed: 5, stream: 9)
  var graph = Graph()
  let (x, y) = (graph.value([1, 40, 50, 3]), graph.value([1, 40, 50, 3]))
  graph.append(.dropout(.init(x: x, control: graph.control, y: y, rate: 0.5, key: stream.key)))
  let session = try Session(graph, on: backend, keeping: [y])
  try session.write(Tensor(x.shape, [Float](repeating: 1, count: 6000)), to: x)
  try session.write(Tensor([4], [123, 0, 0, 0]), to: graph.control)
  try session.run()
  let kept = (0..<6000).map { stream.bits(step: 123, index: $0) >= 1 << 31 }
  #expect(try session.read(y).elements == kept.map { $0 ? 2 : 0 })
  #expect((2800...3200).contains(kept.count { $0 }))
}

/// Follows each buffer's contents, to see what is written past the end.
private let guardWords = [Float](repeating: -12345.678, count: 64)

private func guardedBuffers(_ reference: Reference<Float>, on backend: CPUBackend) throws -> [Value:
  HostBuffer]
{
  try reference.held.mapValues { grid in
    let buffer = try backend.makeBuffer(count: grid.elements.count + guardWords.count)
    try backend.write(grid.elements + guardWords, to: buffer)
    return buffer
  }
}

/// Numbers of both signs with zeros, negative zeros and denormals among them, or what the operation expects.
private func noise(for value: Value, in operation: Operation) -> Grid<Float> {
  let stream = RandomStream(seed: 1, stream: UInt32(value.id))
  if value.id == 0 {
    return Grid(
      value.shape,
      value.shape.count == 4 ? [41, 0.01, 0.9, 0.0005] : [41, 0.01, 0.9, 0.1, 0.999, 0.001, 1e-8, 0.0005])
  }
  if case .adam(let op) = operation, op.updates.contains(where: { $0.second == value }) {
    return Grid(value.shape, (0..<value.shape.count).map { Float(stream.uniform(step: 3, index: $0)) })
  }
  if case .softmaxCrossEntropy(let op) = operation, value == op.labels {
    let classes = op.logits.shape[3]
    return Grid(
      value.shape,
      (0..<value.shape.count).map { Float(stream.integer(below: classes, step: 1, index: $0)) })
  }
  return Grid(
    value.shape,
    (0..<value.shape.count).map { i in
      switch stream.integer(below: 16, step: 2, index: i) {
      case 0: 0
      case 1: -0.0
      case 2: Float(sign: .minus, exponent: -140, significand: 1.5)
      case 3, 4: 0.75  // equal neighbours for max-pooling
      default: Float(stream.gaussian(step: 3, index: i))
      }
    })
}

private func unknown(_ value: Value) -> HostBuffer { preconditionFailure("undeclared use of \(value)") }
