import Foundation
import Testing
import UNetImages
import UNetTestSupport

/// Images unlike those that a network has learnt from are told of, and no others.
@Suite struct UnlikeImagesTests {
  /// Trained on pictures of 0.5 µm a pixel.
  private static let trained = Result {
    let tiny = try TinyExperiment()
    let images = tiny.folder("images.tif")
    try write(try ImageFile.read(images), to: images, perUnit: 2, "micron")
    let outcome = try UnetCommand.run("train", tiny.file, "--output", tiny.run, "--device", "cpu")
    try #require(outcome.status == 0, "\(outcome.messages)")
    return tiny
  }

  private static func write(
    _ pages: [Image], to path: String, perUnit: Double, _ unit: String? = nil,
    in lengths: PageMetadata.ResolutionUnit = .none
  ) throws {
    var size = PageMetadata()
    (size.xResolution, size.yResolution, size.unit, size.resolutionUnit) = (perUnit, perUnit, unit, lengths)
    let bytes = pages.reduce(0) { $0 + $1.pixels.count }
    let file = try ImageFile.writer(of: ExpectedPages(count: pages.count, bytes: bytes), to: path)
    for page in pages {
      try file.begin(PageLayout(height: page.height, width: page.width, .uint8, size))
      try file.write(page.pixels.map { UInt8($0) })
      try file.endPage()
    }
    try file.close()
  }

  private let folder: TemporaryFolder
  private let tiny: TinyExperiment
  private let page: Image

  init() throws {
    (folder, tiny) = (try TemporaryFolder(), try Self.trained.get())
    page = try ImageFile.read(tiny.folder("images.tif"))[0]
  }

  private func notes(
    _ image: Image, perUnit: Double = 2, _ unit: String? = "micron",
    in lengths: PageMetadata.ResolutionUnit = .none
  ) throws -> [String] {
    try Self.write([image], to: folder("x.tif"), perUnit: perUnit, unit, in: lengths)
    let outcome = try UnetCommand.run(
      "segment", tiny.model, folder("x.tif"), "--output", folder("out"), "--device", "cpu", "--overwrite")
    try #require(outcome.status == 0, "\(outcome.messages)")
    return outcome.messages.split(separator: "\n").filter {
      $0.hasPrefix("note: ") && !$0.contains("the network says class")
    }.map(String.init)
  }

  @Test(arguments: [(1.0, true), (1.9, false)])
  func imagesOfOneTrainingShouldHavePixelsOfOneSize(perUnit: Double, isNoted: Bool) throws {
    let labels = try ImageFile.read(tiny.folder("labels.tif"))
    for (number, name) in ["a", "b"].enumerated() {
      try folder.write([labels[number]], "labels/\(name).tif")
      try folder.write("", "images/none.txt")
      try Self.write([page], to: folder("images/\(name).tif"), perUnit: number == 0 ? 2 : perUnit, "micron")
    }
    let outcome = try UnetCommand.run(
      "train", tiny.file, "--output", folder("run"), "--device", "cpu", "--steps", "1", "--set",
      "data.images=\(folder("images"))", "--set", "data.labels=\(folder("labels"))", "--set",
      "data.hold-out=none")
    #expect(outcome.status == 0, "\(outcome.messages)")
    let note = "note: pixels are 0.5 µm in a.tif and 1.0 µm in b.tif: "
    #expect(outcome.messages.contains(note) == isNoted, "\(outcome.messages)")
  }

  @Test func imagesLikeThoseOfTheTrainingAreNotOdd() throws {
    #expect(try notes(page) == [])
    #expect(try notes(page, perUnit: 1.8) == [])
    let brighter = grey(64, 64) { page.pixels[$0] / 2 + 100 }
    #expect(try notes(brighter) == [])
  }

  @Test func aPictureThatIsEmptyButForAFewThings() throws {
    let slide = grey(640, 640) {
      let (y, x) = ($0 / 640, $0 % 640)
      return y < 64 && x < 64 ? page.pixels[64 * y + x] : Float(126 + (x / 3 + y / 3) % 3)
    }
    let found = try notes(slide)
    #expect(found.count == 1, "\(found)")
    let beginning = "note: in 1 image grey values lie far from their mean ("
    #expect(found.first?.hasPrefix(beginning) == true, "\(found)")
    #expect(found.first?.contains(": x.tif; ") == true)
  }

  @Test func noiseWithoutAPicture() throws {
    #expect(
      try notes(noise(80, 80)) == [
        "note: in 1 image neighbouring pixels differ as any two, as in noise: x.tif; what is found there may be nothing"
      ])
  }

  @Test(arguments: [0, Float(-9999)])
  func valuesThatAreOddInThemselves(value: Float) throws {
    var image = Image(height: 64, width: 64, format: .float32, pixels: page.pixels.map { $0 + 200 })
    for at in 0..<(value == 0 ? 4096 : 800) { image = image.with(value, row: at / 64, column: at % 64) }
    try folder.write([image], "x.tif")
    let outcome = try UnetCommand.run(
      "segment", tiny.model, folder("x.tif"), "--output", folder("out"), "--device", "cpu")
    let note =
      value == 0
      ? "1 image has one value everywhere, and nothing to be seen: x.tif; remove it or mend the file"
      : "in 1 image 20 % of the values, -9999.0, far below all others, take nearly all contrast: x.tif; "
        + "give them a value of their surroundings"
    #expect(outcome.messages.hasPrefix("note: \(note)\n"), "\(outcome.messages)")
  }

  @Test func pixelsOfAnotherSize() throws {
    #expect(
      try notes(page, perUnit: 4) == [
        "note: in 1 image pixels have another size (0.25 µm, those of the training 0.5 µm): x.tif; resize images to the training's pixels"
      ])
    #expect(try notes(page, perUnit: 4e4, nil, in: .centimetre).first?.contains("0.25 µm") == true)
    // What printers take, and no unit at all.
    #expect(try notes(page, perUnit: 300, nil, in: .inch) == [])
    #expect(try notes(page, perUnit: 4, nil) == [])
  }
}
