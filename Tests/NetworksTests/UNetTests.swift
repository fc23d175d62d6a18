import Testing
import UNetGraph
import UNetNetworks
import UNetNumerics

private func build(_ network: UNet, side: Int, channels: Int = 1) throws -> (Graph, Value) {
  var graph = Graph(training: true)
  let image = graph.value([1, side, side, channels])
  let logits = try network(image, in: &graph)
  return (graph, logits)
}

/// Figure 1: 572² -> 388²; the counts are those of the paper's network and of the authors' release.
@Test(arguments: [(UNet.Variant.paper, 31_030_658), (.release, 31_100_354)])
func variantsHaveTheirNumberOfParameters(variant: UNet.Variant, count: Int) throws {
  let (graph, logits) = try build(UNet(variant: variant), side: 572)
  #expect(logits.shape == [1, 388, 388, 2])
  #expect(graph.parameters.map(\.value.shape.count).reduce(0, +) == count)
}

/// The paper leaves open whether a ReLU follows an up-convolution.
@Test(arguments: UNet.Variant.allCases, [nil, true, false])
func aReLUFollowsUpConvolutionsWhereAskedFor(variant: UNet.Variant, upReLU: Bool?) throws {
  let (graph, _) = try build(UNet(variant: variant, levels: 3, width: 2, upReLU: upReLU), side: 60)
  let rectified = graph.operations.compactMap { operation -> Bool? in
    guard case .upConv(let op) = operation else { return nil }
    return op.relu
  }
  #expect(rectified == [Bool](repeating: upReLU ?? (variant == .release), count: 2))
}

/// "In total the network has 23 convolutional layers."
@Test func thereAre23ConvolutionalLayers() throws {
  let (graph, _) = try build(UNet(), side: 572)
  let layers = graph.operations.filter { ["conv", "upConv"].contains($0.name) }
  #expect(layers.count == 23)
  #expect(graph.parameters.count == 46)
}

@Test func parameterNamesAreThoseOfModelFiles() throws {
  let (graph, _) = try build(UNet(levels: 2, width: 4), side: 32)
  let names = [
    "encoder.0.conv1", "encoder.0.conv2", "encoder.1.conv1", "encoder.1.conv2", "decoder.0.up",
    "decoder.0.conv1", "decoder.0.conv2", "head",
  ]
  #expect(graph.parameters.map(\.name) == names.flatMap { ["\($0).weight", "\($0).bias"] })
}

/// "This can be achieved by drawing the initial weights from a Gaussian distribution with a standard deviation of
/// √(2/N) ... for a 3x3 convolution and 64 feature channels in the previous layer N = 9 · 64 = 576."
@Test func deviationFollowsIncomingNodes() throws {
  let (graph, _) = try build(UNet(), side: 572)
  let deviation = Dictionary(uniqueKeysWithValues: graph.parameters.map { ($0.name, $0.deviation) })
  #expect(deviation["encoder.0.conv2.weight"] == (2 / Float(576)).squareRoot())
  #expect(deviation["encoder.0.conv2.bias"] == 0)
}

@Test func aTileWithAnOddPooledSideIsRefused() {
  #expect(throws: ShapeError.self) { try build(UNet(), side: 570) }
  #expect(throws: ShapeError.self) { try build(UNet(), side: 60) }
}

@Test func dropoutStandsAfterTheTwoDeepestEncoders() throws {
  let (graph, _) = try build(UNet(), side: 572)
  let shapes = graph.operations.filter { $0.name == "dropout" }.map { $0.writes[0].shape }
  #expect(shapes == [[1, 64, 64, 512], [1, 28, 28, 1024]])
}

@Test func withoutTrainingNothingIsDropped() throws {
  var graph = Graph()
  let image = graph.value([1, 572, 572, 1])
  _ = try UNet()(image, in: &graph)
  #expect(!graph.operations.contains { $0.name == "dropout" })
}

@Test func everyParameterIsUpdatedOnceAfterItsLastUse() throws {
  var (graph, logits) = try build(UNet(levels: 3, width: 4), side: 60)
  let pixels = graph.value([1, logits.shape[1], logits.shape[2]])
  let weights = graph.value(pixels.shape)
  let (_, dlogits) = try graph.softmaxCrossEntropy(logits, labels: pixels, weights: weights)
  graph.appendUpdates(by: try graph.differentiate(logits, given: dlogits))
  for parameter in graph.parameters {
    let updates = graph.operations.indices.filter { i in
      guard case .sgd(let op) = graph.operations[i] else { return false }
      return op.updates.contains { $0.w == parameter.value }
    }
    #expect(updates.count == 1, "\(parameter.name)")
    let lastUse = graph.operations.indices.last { i in
      graph.operations[i].name != "sgd" && graph.operations[i].reads.contains(parameter.value)
    }
    if let update = updates.first, let lastUse { #expect(update > lastUse, "\(parameter.name)") }
  }
}

/// 300.9 GFLOP forward at 572², counting two for each multiply-add.
@Test func forwardPassCounts301GFLOP() throws {
  let (graph, _) = try build(UNet(dropout: 0), side: 572)
  let flops = graph.operations.filter { ["conv", "upConv"].contains($0.name) }.map(\.flops).reduce(0, +)
  #expect(abs(Double(flops) / 1e9 - 300.9) < 0.2)
}
