import Testing
import UNetCPU
import UNetEvaluation
import UNetGraph
import UNetNetworks
import UNetNumerics
import UNetRuntime

/// A small network with its loss and update.
private struct Training {
  var graph = Graph(training: true, seed: 3)
  let image, labels, weights, loss: Value
  let gradients: [Value: Value]

  init(_ net: some Layer, side: Int, images: Int = 1, descending: Bool) throws {
    image = graph.value([images, side, side, 1])
    let logits = try net(image, in: &graph)
    labels = graph.value(Shape(Array(logits.shape.extents.dropLast())))
    weights = graph.value(labels.shape)
    let (loss, dlogits) = try graph.softmaxCrossEntropy(logits, labels: labels, weights: weights)
    self.loss = loss
    gradients = try graph.differentiate(logits, given: dlogits)
    if descending { graph.appendUpdates(by: gradients) }
  }

  /// What every value holds that comes from outside.
  var inputs: [(Value, [Float])] {
    func random(_ value: Value, _ element: (RandomStream, Int) -> Double) -> (Value, [Float]) {
      let stream = RandomStream(seed: 8, stream: UInt32(value.id))
      return (value, (0..<value.shape.count).map { Float(element(stream, $0)) })
    }
    let parameters = graph.parameters.map { parameter in
      random(parameter.value) { $0.gaussian(step: 0, index: $1) * max(Double(parameter.deviation), 0.1) }
    }
    return parameters + graph.firstMoments.map { random($0) { _, _ in 0 } } + [
      random(image) { $0.gaussian(step: 0, index: $1) },
      random(labels) { Double($0.integer(below: 2, step: 0, index: $1)) },
      random(weights) { $0.uniform(step: 0, index: $1) + 0.5 },
      (graph.control, [1, 0.05, 0.9, 0.0001]),
    ]
  }
}

/// A U-Net of two levels whose convolutions are padded, so that its output is as large as its input.
private struct Padded: Layer {
  func callAsFunction(_ image: Value, in graph: inout Graph) throws -> Value {
    let skip = try conv("first", graph.pad(image, border: 1), in: &graph)
    var x = try MaxPool()(skip, in: &graph)
    x = try conv("deep", graph.pad(x, border: 1), in: &graph)
    x = try UpConv("up", channels: 4)(x, in: &graph)
    let wide = try graph.pad(x, border: 1)
    x = try Conv("joined", channels: 4)(wide, beside: graph.pad(skip, border: 1), in: &graph)
    return try Conv("head", channels: 2, side: 1, relu: false)(x, in: &graph)
  }

  private func conv(_ name: String, _ x: Value, in graph: inout Graph) throws -> Value {
    try Conv(name, channels: 4)(x, in: &graph)
  }
}

/// Training through a session, where values share memory, has the bits of the definition, where none do.
@Test(
  arguments: InstructionSet.available,
  [
    (UNet(levels: 2, width: 4) as Network, 20), (UNet(variant: .release, levels: 2, width: 4), 20),
    (SlidingWindow(width: 3), 111),
  ])
func trainingHasTheBitsOfItsDefinition(level: InstructionSet, network: (layer: Network, side: Int)) throws {
  let training = try Training(network.layer, side: network.side, images: 2, descending: true)
  let backend = try CPUBackend(instructionSet: level)
  let parameters = Parameters(on: backend)
  let session = try Session(training.graph, on: backend, parameters: parameters, keeping: [training.loss])
  var reference = Reference<Float>()
  for (value, elements) in training.inputs {
    reference[value] = Grid(value.shape, elements)
    let parameter = training.graph.parameters.first { $0.value == value }
    if let parameter {
      try parameters.write(Tensor(value.shape, elements), to: parameter)
    } else {
      try session.write(Tensor(value.shape, elements), to: value)
    }
  }
  for _ in 0..<3 {
    try session.run()
    reference.run(training.graph.operations)
  }
  #expect(try session.read(training.loss).elements == reference[training.loss].elements)
  for parameter in training.graph.parameters {
    let found = try parameters.read(parameter, from: 0, count: parameter.value.shape.count)
    #expect(differingBits(found, reference[parameter.value].elements).bits == 0, "\(parameter.name)")
  }
}

/// The gradient of every parameter is the slope of the loss.
///
/// The slope is a central difference in Double, of a step of 1e-6, so its own error is about 1e-9.  Gradients are
/// Float: chains of up to 4,000 terms of 6e-8 each, hence 1e-4 of the largest gradient of the parameter.
@Test(arguments: [
  (UNet(levels: 2, width: 4) as any Layer, 20), (UNet(levels: 2, width: 4, upReLU: true), 20),
  (SlidingWindow(width: 3), 95), (Padded(), 12), (PaddedUNet(levels: 2, width: 4), 26),
])
func gradientsAreSlopes(network: any Layer, side: Int) throws {
  let training = try Training(network, side: side, descending: false)
  let backend = try CPUBackend()
  let found = try gradients(of: training, on: backend)
  var reference = Reference<Double>()
  for (value, elements) in training.inputs { reference[value] = Grid(value.shape, elements.map(Double.init)) }
  let forward = training.graph.operations.prefix { !$0.writes.contains(training.loss) }
  func loss(_ value: Value, _ i: Int, _ change: Double) -> Double {
    var changed = reference
    changed[value].elements[i] += change
    changed.run(forward)
    return forward.last.map { changed[$0.writes[0]].elements.reduce(0, +) } ?? .nan
  }
  for parameter in training.graph.parameters {
    let gradient = try #require(found[parameter.value])
    let largest = gradient.map(abs).max() ?? 0
    for i in Set([0, gradient.count / 2, gradient.count - 1]) {
      let slope = (loss(parameter.value, i, 1e-6) - loss(parameter.value, i, -1e-6)) / 2e-6
      #expect(abs(slope - Double(gradient[i])) <= 1e-4 * Double(largest), "\(parameter.name)[\(i)]")
    }
  }
}

private func gradients(of training: Training, on backend: CPUBackend) throws -> [Value: [Float]] {
  let parameters = Parameters(on: backend)
  let session = try Session(
    training.graph, on: backend, parameters: parameters, keeping: training.gradients.values)
  let used = Set(training.graph.operations.flatMap(\.reads))
  for (value, elements) in training.inputs where used.contains(value) {
    let tensor = Tensor(value.shape, elements)
    if let parameter = training.graph.parameters.first(where: { $0.value == value }) {
      try parameters.write(tensor, to: parameter)
    } else {
      try session.write(tensor, to: value)
    }
  }
  try session.run()
  return try training.gradients.mapValues { try session.read($0).elements }
}
