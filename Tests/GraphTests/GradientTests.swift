import Testing
import UNetGraph
import UNetNetworks
import UNetNumerics

/// The operations of a training step from the loss on, without the updates.
private func backward(_ network: some Layer, side: Int) throws -> [UNetGraph.Operation] {
  var graph = Graph(training: true)
  let image = graph.value([1, side, side, 1])
  let logits = try network(image, in: &graph)
  let forward = graph.operations.count
  _ = try graph.differentiate(logits, given: graph.value(logits.shape))
  return Array(graph.operations[forward...])
}

/// Whoever writes the gradient of a convolution's output gates it and gives it a border; only behind a dropout a gate remains.
@Test func gradientsArriveGatedAndFramed() throws {
  let operations = try backward(UNet(levels: 3, width: 4, dropout: 0), side: 60)
  #expect(!operations.contains { $0.name == "gate" })
  let dropping = try backward(UNet(levels: 3, width: 4, dropout: 0.5), side: 60)
  #expect(dropping.count { $0.name == "gate" } == 2)
  #expect(!(try backward(SlidingWindow(width: 3), side: 95)).contains { $0.name == "gate" })
}

/// A rectified up-convolution gates the channels of the joint gradient that are its own.
@Test func aRectifiedUpConvolutionGatesItsChannels() throws {
  let operations = try backward(UNet(variant: .release, levels: 3, width: 4, dropout: 0), side: 60)
  let gates = operations.compactMap { operation -> (dy: Shape, g: Shape)? in
    guard case .gate(let op) = operation, op.y != nil, op.border == 0 else { return nil }
    return (op.dy.shape, op.g.shape)
  }
  #expect(gates.map { $0.dy[3] } == [12, 16])
  #expect(gates.map { $0.g[3] } == [8, 8])
}

/// The gradient of a skip is not written by itself: max-pooling's gradient adds it.
@Test func poolingAddsTheGradientOfItsSkip() throws {
  let operations = try backward(UNet(levels: 3, width: 4, dropout: 0), side: 60)
  #expect(!operations.contains { $0.name == "add" })
  let added = operations.compactMap { operation -> Shape? in
    guard case .maxPoolGradient(let op) = operation, op.border == 2, op.gated else { return nil }
    return op.other?.shape
  }
  #expect(added == [[1, 16, 16, 16], [1, 24, 24, 8]])
}

/// The gradient of a padded value is the centre of its padding's; a skip's keeps the channels that it shares.
@Test func theGradientOfPaddingIsItsCentre() throws {
  var graph = Graph(training: true)
  let image = graph.value([1, 8, 8, 3])
  let skip = try Conv("first", channels: 4)(image, in: &graph)
  var x = try UpConv("up", channels: 5)(try MaxPool()(skip, in: &graph), in: &graph)
  x = try graph.pad(x, border: 1)
  let y = try Conv("joined", channels: 2, relu: false)(x, beside: graph.pad(skip, border: 1), in: &graph)
  let forward = graph.operations.count
  _ = try graph.differentiate(y, given: graph.value(y.shape))
  let centres = graph.operations[forward...].compactMap { operation -> (x: Shape, y: Shape)? in
    guard case .pad(let op) = operation, op.border == -1 else { return nil }
    return (op.x.shape, op.y.shape)
  }
  #expect(y.shape == [1, 6, 6, 2])
  #expect(centres.map(\.x) == [[1, 8, 8, 9], [1, 8, 8, 9]])
  #expect(centres.map(\.y) == [[1, 6, 6, 9], [1, 6, 6, 5]])
}

/// A convolution's gradients read zeros in a border as wide as the filter less one, whoever wrote it.
@Test func bordersAreThoseOfTheFilter() throws {
  var checked = 0
  for operation in try backward(UNet(levels: 2, width: 4, dropout: 0.3), side: 28) {
    guard case .convWeightGradient(let op) = operation else { continue }
    checked += 1
    let (g, x, dw) = (op.g.shape, op.x.shape, op.dw.shape)
    #expect(g[1] == x[1] + dw[0] - 1 && g[2] == x[2] + dw[1] - 1)
  }
  #expect(checked == 7)
}
