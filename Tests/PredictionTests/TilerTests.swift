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

private func segmenter<B: Backend>(
  _ network: some SegmentationNetwork, side: Int, on backend: B
) throws -> Segmenter<B> {
  var graph = Graph()
  let image = graph.value([1, 60, 60, 2])
  _ = try network(image, in: &graph)
  let parameters = Parameters(on: backend)
  for (place, parameter) in graph.parameters.enumerated() {
    try parameters.write(initialElements(of: parameter, at: place, seed: 8), to: parameter)
  }
  let model = Model(
    network: network, numerics: .direct, channels: 2, preparation: ImagePreparation(normalisation: .none),
    tile: side)
  var options = SegmentationOptions(model)
  options.logits = true
  return try Segmenter(model, options: options, parameters: parameters, on: backend)
}

/// Many small tiles and one large tile give the same bits, for images larger and smaller than a tile.
@Test(
  arguments: [(70, 51), (20, 97), (5, 9), (1, 1)],
  [UNet(levels: 3, width: 5, classes: 3, dropout: 0), PaddedUNet(levels: 3, width: 5, classes: 3)]
    as [Network])
func tilingDoesNotChangeABit(size: (height: Int, width: Int), network: Network) throws {
  let (height, width) = size
  let picture = image(height, width, channels: 2)
  let large = try segmenter(network, side: 140, on: try CPUBackend()).segment(picture)
  let small = try segmenter(network, side: 60, on: try CPUBackend()).segment(picture)
  #expect(large.logits == small.logits)
  #expect(large.probabilities == small.probabilities)
  #expect(large.probabilities.shape == [height, width, 3])
  let opencl = try segmenter(network, side: 60, on: OpenCLBackend(try Device.open())).segment(picture)
  #expect(opencl.logits == small.logits)
}

@Test func probabilitiesAreTheSoftmaxOfTheLogits() throws {
  let network = UNet(levels: 2, width: 3, classes: 3, dropout: 0)
  let result = try segmenter(network, side: 60, on: try CPUBackend()).segment(
    image(20, 20, channels: 2))
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
    try segmenter(UNet(levels: 4, width: 2, classes: 2, dropout: 0), side: 92, on: try CPUBackend())
  }
}

/// A second size of tile, and single windows, share the weights; each is traced and loaded once.
@Test func oneSegmenterHasTilesOfSeveralSizes() throws {
  let network = UNet(levels: 3, width: 5, classes: 3, dropout: 0)
  let (picture, backend) = (image(30, 41, channels: 2), try CPUBackend())
  let large = try segmenter(network, side: 140, on: backend)
  var options = large.options
  options.tile = 60
  let small = try large.segment(picture, options)
  #expect(try small == large.segment(picture))
  let bytes = backend.allocatedBytes
  #expect(try small == large.segment(picture, options))
  #expect(backend.allocatedBytes == bytes)
}

/// What does not fit a model is told in words of the library.
@Test func optionsThatDoNotFitTheModelAreRefused() throws {
  let segmenter = try segmenter(UNet(levels: 3, width: 2, dropout: 0), side: 60, on: try CPUBackend())
  let picture = image(30, 41, channels: 2)
  func refusal(_ change: (inout SegmentationOptions) -> Void) -> SegmentationError? {
    var options = segmenter.options
    change(&options)
    return #expect(throws: SegmentationError.self) { try segmenter.segment(picture, options) }
  }
  #expect(refusal { $0.averaging.rotations = 7 } == .logits(rotations: 7))
  #expect(refusal { $0.windows = true } == .windows(network: "a U-Net"))
  #expect(refusal { $0.tile = 61 }?.description.contains("60 and 64") == true)
  let channels = SegmentationError.channels(3, model: 2)
  #expect("\(channels)".hasPrefix("the image has 3 channels, the model was trained on 2 channels: "))
  #expect(throws: channels) {
    try segmenter.segment(image(9, 9, channels: 3))
  }
}

@Test func aPredictionHasLabelsForegroundAndInstances() {
  var two = Prediction(probabilities: Tensor([1, 4, 2], [0.6, 0.4, 0.2, 0.8, 0.7, 0.3, 0.1, 0.9]))
  #expect(two.foreground == [0.4, 0.8, 0.3, 0.9])
  #expect(two.labels() == [0, 1, 0, 1] && two.labels(threshold: 0.35) == [1, 1, 0, 1])
  #expect(two.instances().ids == [0, 1, 0, 2] && two.instances().count == 2)
  two.threshold = 0.35
  #expect(two.labels() == [1, 1, 0, 1] && two.instances().ids == [1, 1, 0, 2])
  let three = Prediction(probabilities: Tensor([1, 3, 3], [0.4, 0.4, 0.2, 0, 0.5, 0.5, 0.1, 0.2, 0.7]))
  #expect(three.labels() == [0, 1, 2])
  #expect(three.foreground == [1 - 0.4, 1, 1 - 0.1] as [Float])
}
