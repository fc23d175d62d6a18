import Testing
import UNetCPU
import UNetGraph
import UNetImages
import UNetNetworks
import UNetNumerics
import UNetOpenCL
import UNetPrediction
import UNetRuntime
import UNetTestSupport
import UNetTraining

/// An image whose rows are handed out, and which knows how many at most were wanted at a time.
private final class WatchedRows: ImageRows {
  let image: Image
  private(set) var most = 0
  var height: Int { image.height }
  var width: Int { image.width }
  var channels: Int { image.channels }

  init(_ image: Image) { self.image = image }

  func values(rows: Range<Int>) -> [Float] {
    most = max(most, rows.count)
    return image.values(rows: rows)
  }
}

private func segmenter<B: Backend>(
  _ normalisation: Normalisation, channels: Int, classes: Int, tile: Int = 60, on backend: B
) throws -> Segmenter<B> {
  let network = UNet(levels: 3, width: 5, classes: classes, dropout: 0)
  var graph = Graph()
  let image = graph.value([1, 60, 60, channels])
  _ = try network(image, in: &graph)
  let parameters = Parameters(on: backend)
  for (place, parameter) in graph.parameters.enumerated() {
    try parameters.write(initialElements(of: parameter, at: place, seed: 3), to: parameter)
  }
  let model = Model(
    network: network, numerics: .direct, channels: channels,
    preparation: ImagePreparation(normalisation: normalisation), tile: tile)
  var options = SegmentationOptions(model)
  options.logits = true
  return try Segmenter(model, options: options, parameters: parameters, on: backend)
}

/// Rows come in order, each once, and are what the whole image gives in one tile on another device.
@Test(arguments: Normalisation.allCases, [(1, 2), (3, 2), (1, 3), (2, 4)])
func bandsAreTheRowsOfTheWholeImage(normalisation: Normalisation, shape: (channels: Int, classes: Int)) throws
{
  let (channels, classes) = shape
  let picture = noise(131, 83, channels: channels, .uint16)
  let whole = try segmenter(
    normalisation, channels: channels, classes: classes, tile: 220,
    on: OpenCLBackend(try Device.open())
  ).segment(picture)
  let small = try segmenter(normalisation, channels: channels, classes: classes, on: try CPUBackend())
  var bands = try small.bands(of: picture)
  var (rows, chances, scores): (Int, [Float], [Float]) = (0, [], [])
  while let band = try bands.next() {
    #expect(band.rows.lowerBound == rows && band.prediction.probabilities.shape[0] == band.rows.count)
    rows = band.rows.upperBound
    chances += band.prediction.probabilities.elements
    scores += try #require(band.prediction.logits).elements
  }
  #expect(rows == 131)
  #expect(chances == whole.probabilities.elements)
  #expect(scores == whole.logits?.elements)
}

/// Only the rows that a row of tiles reads, and a megabyte of values while the scale of grey values is found.
@Test func noMoreRowsAreHeldThanARowOfTilesReads() throws {
  let image = WatchedRows(noise(2000, 30))
  let segmenter = try segmenter(.none, channels: 1, classes: 2, on: try CPUBackend())
  var (bands, tallest) = (try segmenter.bands(of: image), 0)
  while let band = try bands.next() { tallest = max(tallest, band.rows.count) }
  #expect(image.most == 60)
  #expect(tallest == 20)
}

/// Shares of tiles ascend to 1, over all versions of an image; what the observer throws ends the work.
@Test(arguments: [1, 3], [false, true])
func tilesAreTold(rotations: Int, flips: Bool) throws {
  struct Enough: Error {}
  let segmenter = try segmenter(.meanDeviation, channels: 1, classes: 2, on: try CPUBackend())
  var options = segmenter.options
  (options.averaging, options.logits) = (TestTimeAugmentation(rotations: rotations, flips: flips), false)
  var shares: [Double] = []
  var bands = try segmenter.bands(of: noise(50, 70), options) { shares.append($0) }
  while try bands.next() != nil {}
  #expect(shares == shares.sorted() && shares.last == 1)
  #expect(shares.count >= 12 * options.averaging.passes)
  var told = 0
  var interrupted = try segmenter.bands(of: noise(50, 70), options) { _ in
    told += 1
    if told == 5 { throw Enough() }
  }
  #expect(throws: Enough.self) { while try interrupted.next() != nil {} }
  #expect(told == 5)
}

/// Colour with equal channels is grey; grey that is stored as colour is colour; other grey is not.
@Test func channelsThatAreEqualStandForEachOther() throws {
  let picture = noise(40, 30)
  let colour = Image(
    height: 40, width: 30, channels: 3, format: .uint8, pixels: picture.pixels.flatMap { [$0, $0, $0] })
  let grey = try segmenter(.meanDeviation, channels: 1, classes: 2, on: try CPUBackend())
  #expect(try grey.segment(colour) == grey.segment(picture))
  #expect(throws: SegmentationError.channels(3, model: 1)) {
    try grey.segment(colour.with(7, row: 39, column: 29))
  }
  let three = try segmenter(.percentile, channels: 3, classes: 2, on: try CPUBackend())
  let table = Palette((0..<256).map { SIMD3(repeating: UInt16($0)) })
  let palette = StoredPage(
    height: 40, width: 30, samples: .uint8(picture.pixels.map { UInt8($0) }), bits: 8,
    colours: .palette(table))
  var bands = try three.bands(of: palette.rows)
  var chances: [Float] = []
  while let band = try bands.next() { chances += band.prediction.probabilities.elements }
  #expect(try chances == three.segment(colour).probabilities.elements)
  #expect(throws: SegmentationError.channels(1, model: 3)) { try three.segment(picture) }
}

/// A region is what the whole image has there, whatever tiles lie in it and however its rows are had.
@Test func regionsArePartsOfTheWholeImage() throws {
  let backend = try CPUBackend()
  let (picture, stream) = (noise(131, 83, channels: 3, .uint16), RandomStream(seed: 7, stream: 0))
  let segmenter = try segmenter(.percentile, channels: 3, classes: 3, on: backend)
  let whole = try segmenter.segment(picture)
  let averages = [(2, false), (4, false), (1, true), (4, true), (3, false)].map {
    averaged(segmenter.options, rotations: $0.0, flips: $0.1)
  }
  for options in [segmenter.options] + averages {
    let whole = options == segmenter.options ? whole : try segmenter.segment(picture, options)
    let regions = try segmenter.regions(of: picture, options, width: 83)
    for round in 0..<(options == segmenter.options ? 40 : 6) {
      func range(_ length: Int, _ axis: Int) -> Range<Int> {
        let ends = (0..<2).map { stream.integer(below: length, step: round, index: 2 * axis + $0) }.sorted()
        return ends[0]..<ends[1] + 1
      }
      let region =
        round == 0
        ? ImageRegion(of: picture) : ImageRegion(rows: range(131, 0), columns: range(83, 1))
      var bands = try regions.bands(in: region) { _ in }
      var (rows, chances) = (region.rows.lowerBound, [Float]())
      while let band = try bands.next() {
        #expect(band.rows.lowerBound == rows)
        rows = band.rows.upperBound
        chances += band.prediction.probabilities.elements
      }
      #expect(rows == region.rows.upperBound)
      let expected = region.rows.flatMap { y in
        whole.probabilities.elements[
          (y * 83 + region.columns.lowerBound) * 3..<(y * 83 + region.columns.upperBound) * 3]
      }
      #expect(chances == expected, "\(options.averaging) \(region)")
    }
  }
  #expect(try segmenter.step() == 20)
}

private func averaged(_ options: SegmentationOptions, rotations: Int, flips: Bool) -> SegmentationOptions {
  var options = options
  (options.averaging, options.logits) = (TestTimeAugmentation(rotations: rotations, flips: flips), false)
  return options
}
