import SwiftUNet
import Testing
import UNetTestSupport

/// A program of one's own gets the command's bits.
@Suite struct LibraryTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws { (folder, path) = (try TemporaryFolder(), try TinyExperiment.trained.get().model) }

  private func command(_ image: Image, _ arguments: String...) throws {
    let file = try folder.write([image], "a.tif")
    let outcome = try UnetCommand.run(
      ["segment", path, file, "--output", folder.path, "--device", "cpu"] + arguments)
    try #require(outcome.status == 0, "\(outcome.messages)")
  }

  @Test func anImageIsSegmentedInThreeLines() throws {
    let image = noise(70, 51)
    let model = try Model.read(path)
    let segmenter = try Segmenter(model, on: DeviceRegistry().open(.cpu))
    let prediction = try segmenter.segment(image)
    #expect("\(prediction)" == "prediction of 2 classes for 70×51 pixels")
    try command(image, "--write", "probabilities,labels,instances")
    #expect(prediction.foreground == (try ImageFile.read(folder("a-probabilities.tif"))[0].pixels))
    #expect(
      prediction.labels().map { 255 * Float($0) } == (try ImageFile.read(folder("a-labels.png"))[0].pixels))
    let instances = try ImageFile.read(folder("a-instances.tif"))[0].pixels
    #expect(prediction.instances().ids.map(Float.init) == instances)
  }

  @Test func anArrayIsSegmentedWithOptionsOfOnesOwn() throws {
    let (height, width, image) = (40, 53, noise(40, 53))
    let grey: [Float] = image.pixels
    let model = try Model.read(path)
    var options = SegmentationOptions(model)
    options.averaging = TestTimeAugmentation(rotations: 3, flips: true)
    options.tile = 100
    let segmenter = try Segmenter(model, options: options, on: DeviceRegistry().open(.cpu))
    let prediction = try segmenter.segment(Tensor([height, width, 1], grey))
    try command(image, "--rotations", "3", "--flips", "--tile", "100")
    #expect(prediction.foreground == (try ImageFile.read(folder("a-probabilities.tif"))[0].pixels))
  }

  // MARK: - The code of the README and of the articles

  @Test func aTrainingOfTheLibraryGivesTheStateOfTheCommand() throws {
    let tiny = try TinyExperiment()
    let (outcome, counts) = try trainAndCount(
      cells: tiny.folder.path, runs: tiny.folder("runs"), images: tiny.folder("images.tif"))
    let command = try UnetCommand.run("train", tiny.file, "--output", tiny.run, "--device", "cpu")
    #expect(command.output.contains("state   sha256 \(outcome.digest)\n"), "\(command.output)")
    let evaluation = try #require(outcome.evaluation)
    #expect(command.output.hasSuffix(evaluation.table) && "\(evaluation)\n" == evaluation.table)
    #expect(
      try tiny.folder.bytes("runs/cells/model.safetensors") == tiny.folder.bytes("run/model.safetensors"))
    let segmented = try UnetCommand.run(
      "segment", tiny.model, tiny.folder("images.tif"), "--output", tiny.folder.path, "--write", "instances",
      "--device", "cpu")
    try #require(segmented.status == 0, "\(segmented.messages)")
    let pages = try ImageFile.read(tiny.folder("images-instances.tif"))
    #expect(counts == pages.map { Int($0.pixels.max() ?? 0) })
  }

  @Test func anArrayIsSegmentedAsTheCommandSegmentsItsFile() throws {
    let image = noise(40, 53)
    let result = try segment(image.pixels, height: 40, width: 53, model: path)
    try command(image, "--write", "probabilities,instances")
    #expect(result.probabilities == (try ImageFile.read(folder("a-probabilities.tif"))[0].pixels))
    #expect(result.ids.map(Float.init) == (try ImageFile.read(folder("a-instances.tif"))[0].pixels))
    #expect(result.count == Int(result.ids.max() ?? 0))
  }

  @Test func aTrainingIsWatchedEndedAndGoneOnWith() throws {
    let tiny = try TinyExperiment()
    let cache = tiny.folder("cache")
    let early = #expect(throws: Interrupted.self) {
      try trainWatched(
        cells: tiny.folder.path, runs: tiny.folder("runs"), cache: cache, logger: .silent,
        isCancelled: { true })
    }
    #expect(early?.description == "interrupted before step 1; there is nothing to save")
    #expect(!Files.exists(tiny.folder("runs")))
    let outcome = try trainWatched(
      cells: tiny.folder.path, runs: tiny.folder("runs"), cache: cache, logger: .silent,
      isCancelled: { false })
    let whole = try UnetCommand.run(
      "train", tiny.file, "--steps", "12", "--output", tiny.run, "--device", "cpu")
    #expect(whole.output.contains("state   sha256 \(outcome.digest)\n"), "\(whole.output)")
  }

  private func samples(_ count: Int, side: Int, scores: Int) -> [Sample] {
    (0..<count).map { i in
      Sample(
        image: Tensor([1, side, side, 1], noise(side, side).pixels.map { $0 / 255 }),
        labels: Tensor([1, scores, scores], (0..<scores * scores).map { Float(($0 + i) % 2) }),
        weights: Tensor([1, scores, scores], [Float](repeating: 1, count: scores * scores)))
    }
  }

  @Test func whatIsTrainedInMemoryIsAModelLikeAnyOther() throws {
    let device = try DeviceRegistry().open(.cpu)
    #expect("\(device)" == device.name)
    let own = try sample(noise(60, 60).pixels.map { $0 / 255 }, classes: (0..<44 * 44).map { Float($0 % 2) })
    let (losses, model) = try trainInMemory([own] + samples(2, side: 60, scores: 44), on: device)
    #expect(losses.count == 3 && losses.allSatisfy(\.isFinite))
    let file = folder("own.safetensors")
    try model.write(to: file)
    let image = noise(31, 40)
    let prediction = try Segmenter(model, on: device).segment(image)
    #expect(prediction.foreground == (try Segmenter(Model.read(file), on: device).segment(image).foreground))
    #expect(throws: ShapeError.self) { try trainInMemory(samples(1, side: 60, scores: 40), on: device) }
    #expect(throws: ShapeError.self) { try Segmenter(model, on: device).segment(Tensor(zeros: [31, 40])) }
  }

  @Test func filesAreSegmentedAsTheCommandDoesWithTheSameOptions() throws {
    let image = noise(50, 61)
    try command(
      image, "--rotations", "4", "--flips", "--smallest-area", "20", "--fill-holes", "--write", "instances")
    try segmentFile(
      folder("a.tif"), model: path, on: DeviceRegistry().open(.cpu), to: folder("own-instances.tif"))
    #expect(try folder.bytes("own-instances.tif") == folder.bytes("a-instances.tif"))
  }

  @Test func anEvaluationHasTheFiguresOfTheCommand() throws {
    let image = noise(40, 53)
    try command(image, "--write", "probabilities")
    let probabilities = try ImageFile.read(folder("a-probabilities.tif"))[0].pixels
    // Columns of ten pixels are cells of their own in the lower half, and background above.
    let truth = (0..<40).flatMap { row in (0..<53).map { column in Int32(row < 20 ? 0 : column / 10) } }
    let labels = Image(height: 40, width: 53, format: .uint16, pixels: truth.map(Float.init))
    let outcome = try UnetCommand.run(
      "evaluate", "--truth", folder.write([labels], "truth.tif"), "--prediction",
      folder("a-probabilities.tif"),
      "--metrics", "iou,seg,dice", "--json")
    let (evaluation, seg) = try evaluate([(probabilities, truth)], height: 40, width: 53)
    #expect(evaluation.json == outcome.figuresText, "\(outcome.messages)")
    #expect(seg != nil)
    var same = Evaluator([.seg], kind: .instances)
    same.add(try ComparedFrame(width: 53, height: 40, truth: truth, instances: truth))
    #expect(same.evaluation["seg"] == 1 && same.evaluation["iou"] == nil)
  }

  @Test func anOperationRunsByItself() throws {
    let padded = try padByItself(on: DeviceRegistry().open())
    #expect(padded == Tensor([1, 4, 4, 1], [0, 0, 0, 0, 0, 1, 2, 0, 0, 3, 4, 0, 0, 0, 0, 0]))
  }

  @Test func aNetworkOfOnesOwnLearns() throws {
    let losses = try trainSmallNetwork(samples(1, side: 16, scores: 16)[0], on: DeviceRegistry().open(.cpu))
    #expect(losses[9] < losses[0])
  }
}
