import Testing
import UNetData
import UNetExchange
import UNetImages
import UNetMessages
import UNetNetworks
import UNetNumerics
import UNetPrediction
import UNetTestSupport

/// What a model is as ONNX.  `Tests/FixtureScripts/check_export.py` compares whole models in onnxruntime with `unet segment`.
@Suite struct ONNXTests {
  private static let networks: [Network] = [
    UNet(levels: 3, width: 3, classes: 4), UNet(variant: .release, levels: 2, width: 2),
    PaddedUNet(levels: 3, width: 2), SlidingWindow(width: 2),
  ]

  private func model(_ network: Network, _ normalisation: Normalisation = .meanDeviation) throws -> Model {
    let tile = network.segmentingTile(from: network.nearestTile(to: 100))
    let traced = try TracedNetwork(network, tile: tile, channels: 2, numerics: .direct)
    var model = Model(
      network: network, numerics: .direct, channels: 2,
      preparation: ImagePreparation(normalisation: normalisation), tile: tile, kind: .classes)
    for (place, parameter) in traced.graph.parameters.enumerated() {
      let shape = parameter.fileShape
      let elements = (0..<shape.count).map { Float(place) + Float($0) / 4096 }
      model.weights.add(parameter.name, shape) { take in try take(elements) }
    }
    return model
  }

  private func message(_ model: Model, normalised: Bool = true) throws -> Onnx_ModelProto {
    let exported = try ONNXModel(model, normalised: normalised, producer: "0")
    return try Onnx_ModelProto(serializedBytes: exported.bytes)
  }

  /// Each node reads what the graph is given, holds, or has computed before, and no name has two meanings.
  @Test(arguments: networks) func everyNameIsKnownWhereItIsRead(network: Network) throws {
    for normalisation in Normalisation.allCases {
      let graph = try message(model(network, normalisation)).graph
      var known = Set(graph.input.map(\.name))
      for name in graph.initializer.map(\.name) { #expect(known.insert(name).inserted, "\(name)") }
      for node in graph.node {
        for name in node.input { #expect(known.contains(name), "\(node.opType) reads \(name)") }
        for name in node.output { #expect(known.insert(name).inserted, "\(name)") }
      }
      #expect(graph.output.map(\.name) == ["probabilities"] && known.contains("probabilities"))
    }
  }

  /// Filters and biases are all there, in PyTorch's order, as the model has them.
  @Test(arguments: networks) func weightsAreTheModels(network: Network) throws {
    let model = try model(network)
    let tensors = try message(model).graph.initializer
    for name in model.weights.names {
      let expected = try #require(try model.weights[name])
      let found = try #require(tensors.first { $0.name == name })
      #expect(found.dims == expected.shape.extents.map(Int64.init))
      #expect(Array(found.rawData) == expected.elements.flatMap { withUnsafeBytes(of: $0, Array.init) })
    }
  }

  /// Rows and columns are read as `unet segment` reads them: mirrored, from the margin before the image to a side that fits.
  @Test(arguments: networks, [1, 2, 9, 41, 700])
  func imagesAreMirroredToASideThatFits(network: Network, length: Int) throws {
    let graph = try message(model(network)).graph
    for (name, place) in [("rows", 2), ("columns", 3)] {
      let read = try #require(WholeNumbers(graph, extents: [1, 2, length, length]).value(name)).numbers
      let gather = try #require(graph.node.first { $0.input.last == name })
      #expect(gather.opType == "Gather" && gather.attribute.map(\.i) == [Int64(place)])
      let tile = network.window == nil ? network.output(of: read.count).map { $0 - 2 * network.margin } : nil
      let output = try #require(tile ?? network.window.map { read.count - $0 + 1 })
      #expect((length..<length + network.grid).contains(output))
      let margin = (read.count - output) / 2
      #expect(read == (0..<read.count).map { mirrored($0 - margin, length) })
    }
  }

  /// A sliding window of one score for each pixel reads with gaps that double at each pooling.
  @Test func aSlidingWindowHasGaps() throws {
    let graph = try message(model(SlidingWindow(width: 2))).graph
    func gaps(_ operation: String) -> [Int64] {
      graph.node.filter { $0.opType == operation }
        .map { $0.attribute.first { $0.name == "dilations" }?.ints[0] ?? 1 }
    }
    #expect(gaps("MaxPool") == [1, 2, 4, 8] && gaps("Conv") == [1, 2, 4, 8, 16, 16])
    #expect(graph.node.filter { $0.opType == "MaxPool" }.allSatisfy { $0.attribute[1].ints == [1, 1] })
  }

  @Test func whatIsLeftToTheUserIsTold() throws {
    #expect(try ONNXModel(model(Self.networks[0]), producer: "0").outside == [])
    var model = try model(Self.networks[1])
    model.preparation.scale = 0.5
    model.preparation.averaging = TestTimeAugmentation(rotations: 4, flips: true)
    (model.kind, model.threshold) = (.instances, 0.75)
    model.instances = InstanceOptions(smallestArea: 20)
    #expect(
      try ONNXModel(model, normalised: false, producer: "0").outside == [
        "images are resized by 0.5 before, and probabilities back",
        "grey values are normalised before (mean-deviation)", "8 versions of the image are averaged",
        "foreground is where the probability of cell is above 0.75",
        "instances are made by smallest-area 20",
      ])
    let message = try message(model, normalised: false)
    #expect(!message.graph.node.contains { $0.opType == "ReduceMean" })
    let metadata = Dictionary(uniqueKeysWithValues: message.metadataProps.map { ($0.key, $0.value) })
    #expect(
      metadata["scale"] == "0.5" && metadata["threshold"] == "0.75"
        && metadata["network.variant"] == "release")
  }
}

/// Computes what a graph does with whole numbers, such as places in an image.
private struct WholeNumbers {
  private var known: [String: [Int]] = [:]
  private let nodes: [String: Onnx_NodeProto]

  init(_ graph: Onnx_GraphProto, extents: [Int]) {
    for tensor in graph.initializer where tensor.dataType == 7 {
      known[tensor.name] = tensor.rawData.withUnsafeBytes { $0.bindMemory(to: Int64.self).map(Int.init) }
    }
    known["size"] = extents
    nodes = Dictionary(
      uniqueKeysWithValues: graph.node.flatMap { node in node.output.map { ($0, node) } })
  }

  /// nil where it is no whole number.
  func value(_ name: String) -> (numbers: [Int], name: String)? {
    if let numbers = known[name] { return (numbers, name) }
    guard let node = nodes[name] else { return nil }
    let inputs = node.input.compactMap { value($0)?.numbers }
    guard inputs.count == node.input.count, inputs.count >= 1 else { return nil }
    func each(_ f: (Int, Int) -> Int) -> [Int] {
      let count = max(inputs[0].count, inputs[1].count)
      return (0..<count).map { f(inputs[0][$0 % inputs[0].count], inputs[1][$0 % inputs[1].count]) }
    }
    switch node.opType {
    case "Gather": return ([inputs[0][inputs[1][0]]], name)
    case "Add": return (each(+), name)
    case "Sub": return (each(-), name)
    case "Mul": return (each(*), name)
    case "Max": return (each(max), name)
    // The sign of ONNX's is that of the divisor.
    case "Mod": return (each { (($0 % $1) + $1) % $1 }, name)
    case "Abs": return (inputs[0].map(abs), name)
    case "Range": return (Array(stride(from: inputs[0][0], to: inputs[1][0], by: inputs[2][0])), name)
    default: return nil
    }
  }
}
