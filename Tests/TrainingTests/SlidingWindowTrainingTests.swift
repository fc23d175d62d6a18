import Testing
import UNetCPU
import UNetData
import UNetGraph
import UNetNetworks
import UNetNumerics
import UNetOpenCL
import UNetPrediction
import UNetRuntime
import UNetTestSupport
import UNetTraining

private let network = SlidingWindow(width: 5, classes: 3)

private func noise(_ shape: Shape, stream: UInt32 = 1) -> Tensor {
  let stream = RandomStream(seed: 4, stream: stream)
  return Tensor(shape, (0..<shape.count).map { Float(stream.gaussian(step: 0, index: $0)) })
}

private func parameters<B: Backend>(on backend: B) throws -> Parameters<B> {
  var graph = Graph()
  let image = graph.value([1, 95, 95, 2])
  _ = try network(image, in: &graph)
  let parameters = Parameters(on: backend)
  for (place, parameter) in graph.parameters.enumerated() {
    try parameters.write(initialElements(of: parameter, at: place, seed: 8), to: parameter)
  }
  return parameters
}

/// What the network says of every pixel of `picture`: by windows, and with each overlap computed once.
private func predictions<B: Backend>(_ picture: Tensor, side: Int, on backend: B) throws
  -> (windows: Prediction, dense: Prediction)
{
  let model = Model(
    network: network, numerics: .direct, channels: 2,
    preparation: ImagePreparation(normalisation: .none), tile: side)
  var options = SegmentationOptions(model)
  options.logits = true
  let segmenter = try Segmenter(
    model, options: options, parameters: try parameters(on: backend), batch: 7, on: backend)
  let dense = try segmenter.segment(picture)
  options.windows = true
  return (try segmenter.segment(picture, options), dense)
}

/// Tiles smaller and larger than the picture, whose sides are no multiples of anything.
@Test(arguments: [(19, 37, 95), (19, 37, 127), (5, 3, 111), (1, 1, 95)])
func everyPixelHasTheBitsOfItsOwnWindow(height: Int, width: Int, side: Int) throws {
  let picture = noise([height, width, 2])
  let cpu = try predictions(picture, side: side, on: try CPUBackend())
  #expect(cpu.windows.logits == cpu.dense.logits)
  #expect(cpu.windows.probabilities == cpu.dense.probabilities)
  #expect(cpu.dense.probabilities.shape == [height, width, 3])
  #expect(Set(cpu.dense.logits?.elements ?? []).count > height * width, "the scores differ")
  let opencl = try predictions(picture, side: side, on: OpenCLBackend(try Device.open()))
  #expect(opencl.windows.logits == cpu.windows.logits)
  #expect(opencl.dense.logits == cpu.dense.logits)
}

/// A larger tile gives the scores of the windows that begin every 16 pixels.
@Test func aTileHasTheBitsOfItsWindows() throws {
  let backend = try CPUBackend()
  let tile = noise([127, 127, 2])
  func scores(_ images: [Float], _ shape: Shape) throws -> [Float] {
    var graph = Graph()
    let image = graph.value(shape)
    let logits = try network(image, in: &graph)
    let session = try Session(
      graph, on: backend, parameters: try parameters(on: backend), keeping: [logits])
    try session.write(Tensor(shape, images), to: image)
    try session.run()
    return try session.read(logits).elements
  }
  let windows = (0..<9).flatMap { cut(tile, top: $0 / 3 * 16, left: $0 % 3 * 16) }
  #expect(try scores(tile.elements, [1, 127, 127, 2]) == scores(windows, [9, 95, 95, 2]))
}

/// A step on a tile is a step on its windows: the gradients are the same sums in another order.
///
/// The bound: chains of up to 16,000 terms, rounded to 6e-8 each, whose errors mostly cancel.
@Test func theGradientOfATileIsThatOfItsWindows() throws {
  let tile = noise([111, 111, 2])
  let labels: [Float] = [0, 1, 2, 1]
  let weights: [Float] = [1, 0.5, 2, 0]
  let whole = Sample(
    image: Tensor([1, 111, 111, 2], tile.elements), labels: Tensor([1, 2, 2], labels),
    weights: Tensor([1, 2, 2], weights))
  let windows = Sample(
    image: Tensor([4, 95, 95, 2], (0..<4).flatMap { cut(tile, top: $0 / 2 * 16, left: $0 % 2 * 16) }),
    labels: Tensor([4, 1, 1], labels), weights: Tensor([4, 1, 1], weights))
  let (a, b) = (try gradient(whole), try gradient(windows))
  #expect(Set(a.keys) == Set(b.keys) && a.count == 12)
  for (name, tensor) in a {
    let other = try #require(b[name])
    let pairs = zip(tensor.elements, other.elements).map { (Double($0), Double($1)) }
    let error = pairs.map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
    let size = pairs.map { $1 * $1 }.reduce(0, +)
    #expect(size > 0 && error <= 1e-10 * size, "\(name)")
  }
}

/// With rate 1 and momentum 0 the velocity is the negated gradient.
private func gradient(_ sample: Sample) throws -> [String: Tensor] {
  let trainer = try Trainer(network, tile: sample.image.shape, seed: 3, on: try CPUBackend())
  try trainer.step(on: sample, .init(rate: 1, momentum: 0))
  return try trainer.state.filter { $0.hasPrefix("momentum.") }.all()
}

private func cut(_ tile: Tensor, top: Int, left: Int) -> [Float] {
  (0..<95 * 95 * 2).map { i in
    tile.elements[((top + i / 190) * tile.shape[1] + left + i / 2 % 95) * 2 + i % 2]
  }
}

/// 33 x 33 labels have 3 x 3 of them every 16.
@Test func aStrideKeepsEverySixteenthLabelAndWeight() {
  let dense = Tensor([1, 33, 33], (0..<33 * 33).map(Float.init))
  let image = Tensor([1], [5])
  let sparse = Sample(image: image, labels: dense, weights: dense).strided(by: 16)
  let kept = [0, 16, 32].flatMap { row in [0, 16, 32].map { Float(33 * row + $0) } }
  #expect(sparse == Sample(image: image, labels: Tensor([1, 3, 3], kept), weights: Tensor([1, 3, 3], kept)))
  #expect(sparse.strided(by: 1) == sparse)
}
