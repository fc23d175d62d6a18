import Testing
import UNetCPU
import UNetGraph
import UNetNetworks
import UNetNumerics
import UNetOpenCL
import UNetPrediction
import UNetRuntime
import UNetTraining

@Test(arguments: [1, 7, 16, 20, 21, 40, 77, 388, 389, 517, 700])
func tilesCoverEveryPixelOnTheGrid(length: Int) {
  for (input, output, levels) in [(32, 16, 2), (60, 20, 3), (572, 388, 5)] {
    let tiler = Tiler(input: input, output: output, grid: 1 << (levels - 1))
    let starts = tiler.starts(covering: length)
    let covered = Set(starts.flatMap { $0..<$0 + output })
    #expect(covered.isSuperset(of: 0..<length))
    #expect(starts.allSatisfy { $0.isMultiple(of: tiler.grid) })
    #expect(starts == starts.sorted() && Set(starts).count == starts.count)
  }
}

private func image(_ height: Int, _ width: Int, channels: Int) -> Tensor {
  let stream = RandomStream(seed: 4, stream: 1)
  return Tensor(
    [height, width, channels],
    (0..<height * width * channels).map { Float(stream.gaussian(step: 0, index: $0)) })
}

private func predictor<B: Backend>(_ network: UNet, side: Int, on backend: B) throws -> Predictor<B> {
  var graph = Graph()
  let image = graph.value([1, 60, 60, 2])
  _ = try network(image, in: &graph)
  let parameters = Parameters(on: backend)
  for (place, parameter) in graph.parameters.enumerated() {
    try parameters.write(initialElements(of: parameter, at: place, seed: 8), to: parameter)
  }
  return try Predictor(network, side: side, channels: 2, parameters: parameters, on: backend)
}

/// Many small tiles and one large tile give the same bits, for images larger and smaller than a tile.
@Test(arguments: [(70, 51), (20, 97), (5, 9), (1, 1)])
func tilingDoesNotChangeABit(height: Int, width: Int) throws {
  let network = UNet(levels: 3, width: 5, classes: 3, dropout: 0)
  let picture = image(height, width, channels: 2)
  let large = try predictor(network, side: 140, on: try CPUBackend())(picture, logits: true)
  let small = try predictor(network, side: 60, on: try CPUBackend())(picture, logits: true)
  #expect(large.logits == small.logits)
  #expect(large.probabilities == small.probabilities)
  #expect(large.probabilities.shape == [height, width, 3])
  let opencl = try predictor(network, side: 60, on: OpenCLBackend(try Device.open()))(picture, logits: true)
  #expect(opencl.logits == small.logits)
}

@Test func probabilitiesAreTheSoftmaxOfTheLogits() throws {
  let network = UNet(levels: 2, width: 3, classes: 3, dropout: 0)
  let result = try predictor(network, side: 60, on: try CPUBackend())(
    image(20, 20, channels: 2), logits: true)
  let logits = try #require(result.logits)
  for pixel in 0..<400 {
    let scores = (0..<3).map { Double(logits.elements[3 * pixel + $0]) }
    let sum = scores.map { portableExp($0) }.reduce(0, +)
    for c in 0..<3 {
      let p = Double(result.probabilities.elements[3 * pixel + c])
      #expect(abs(p - portableExp(scores[c]) / sum) < 1e-6)  // a few roundings of Float
    }
  }
}

/// A tile whose output is smaller than a pixel of the deepest level has no place on the grid.
@Test func aTileTooSmallForTheGridIsRefused() {
  #expect(throws: ShapeError.self) {
    try predictor(UNet(levels: 4, width: 2, classes: 2, dropout: 0), side: 92, on: try CPUBackend())
  }
}
