import Foundation
import Testing
import UNetImages
import UNetTestSupport

/// Files as people have them: a training, a segmentation or figures of the same numbers in the usual form must come out.
@Suite("Images and labels as people have them")
struct ImageCaseTests {
  private let scene: DiscScene
  private var folder: TemporaryFolder { scene.folder }
  private static let side = DiscScene.side

  init() throws { scene = try DiscScene() }

  private static func tiff(_ change: (inout ForeignTIFF) -> Void) -> ForeignTIFF {
    ForeignTIFF(height: side, width: side).with(change)
  }

  /// The state that a training ends in, of an image and labels that are written, or of the usual ones.
  private func state(image: String = "image.tif", labels: String = "plain.tif", kind: String) throws
    -> Substring?
  {
    try folder.write([DiscScene.image()], "image.tif")
    try folder.write([DiscScene.labels(.uint8)], "plain.tif")
    let outcome = try scene.train(images: image, labels: labels, kind: kind)
    #expect(outcome.status == 0, "\(outcome.messages)")
    return outcome.state
  }

  private func seg(truth: String, prediction: String, kind: String = "instances") throws -> Double? {
    try DiscScene.figures(
      UnetCommand.run(
        "evaluate", "--truth", folder(truth), "--prediction", folder(prediction), "--kind", kind, "--metrics",
        "seg", "--json"))["seg"]
  }

  @Test(
    "labels of 32 and 64 bits are judged as what they are", arguments: [(32, 1), (32, 2), (64, 1), (64, 2)])
  func wideLabels(bits: Int, sampleFormat: Int) throws {
    // Numbers beyond 16 bits, some of which no Float tells apart.
    let numbers = DiscScene.discs().map { $0 == 0 ? 0 : 16_777_215 + $0 }
    let file = Self.tiff { ($0.bits, $0.sampleFormat) = (bits, sampleFormat) }
    try folder.write(file.file([numbers]), "truth.tif")
    try folder.write([DiscScene.labels()], "prediction.tif")
    #expect(try seg(truth: "truth.tif", prediction: "prediction.tif") == 1)
  }

  @Test("masks of 1 bit are masks, as truth and to learn from")
  func bits() throws {
    let mask = DiscScene.discs().map { $0 == 0 ? 0 : 1 }
    try folder.write(Self.tiff { $0.bits = 1 }.file([mask]), "bits.tif")
    let png = ForeignPNG(height: Self.side, width: Self.side, bits: 1)
    try folder.write(png.file(values: mask), "bits.png")
    try folder.write([DiscScene.labels()], "prediction.tif")
    let expected = try state(kind: "membranes")
    for file in ["bits.tif", "bits.png"] {
      #expect(try seg(truth: file, prediction: "prediction.tif", kind: "membranes") == 1)
      #expect(try state(labels: file, kind: "membranes") == expected)
    }
  }

  @Test("numbers of a palette's colours are labels")
  func palettes() throws {
    let png = ForeignPNG(
      height: Self.side, width: Self.side, colour: 3, palette: (0..<30).map { UInt8(250 - $0 * 7) })
    try folder.write(png.file(values: DiscScene.discs()), "palette.png")
    let coloured = Self.tiff { ($0.photometric, $0.colours) = (3, (0..<10).map { (200, 20 * $0, 7) }) }
    try folder.write(coloured.file([DiscScene.discs()]), "palette.tif")
    let expected = try state(kind: "instances")
    #expect(try state(labels: "palette.png", kind: "instances") == expected)
    #expect(try state(labels: "palette.tif", kind: "instances") == expected)
  }

  @Test("masks that a paint program saved as colours are grey")
  func colours() throws {
    let mask = DiscScene.discs().map { $0 == 0 ? 0 : 255 }
    for (name, type, more) in [("rgb.png", UInt8(2), [Int]()), ("rgba.png", 6, [99])] {
      let png = ForeignPNG(height: Self.side, width: Self.side, colour: type)
      try folder.write(png.file(values: mask.flatMap { [$0, $0, $0] + more }), name)
    }
    let expected = try state(kind: "membranes")
    #expect(try state(labels: "rgb.png", kind: "membranes") == expected)
    #expect(try state(labels: "rgba.png", kind: "membranes") == expected)
  }

  @Test("ImageJ's inverting table turns no label over")
  func inverting() throws {
    let mask = DiscScene.discs().map { $0 == 0 ? 0 : 255 }
    try folder.write(Self.tiff { $0.photometric = 0 }.file([mask]), "mask.tif")
    try folder.write(
      Self.tiff { ($0.photometric, $0.bits) = (0, 16) }.file([DiscScene.discs()]), "labels16.tif")
    try folder.write([DiscScene.labels()], "truth.tif")
    #expect(try seg(truth: "mask.tif", prediction: "truth.tif", kind: "membranes") == 1)
    #expect(try seg(truth: "labels16.tif", prediction: "truth.tif") == 1)
    #expect(try seg(truth: "truth.tif", prediction: "labels16.tif") == 1)
    #expect(try state(labels: "mask.tif", kind: "membranes") == state(kind: "membranes"))
  }

  @Test("an image that is stored turned is trained on as it is seen")
  func turned() throws {
    let upright = DiscScene.image(shift: 9).pixels.map { Int($0) }
    let side = Self.side
    // Row 0 is the right side, column 0 the top.
    let stored = (0..<side * side).map { upright[$0 % side * side + side - 1 - $0 / side] }
    try folder.write(Self.tiff { $0.orientation = 6 }.file([stored]), "turned.tif")
    try folder.write([DiscScene.image(shift: 9)], "upright.tif")
    #expect(
      try state(image: "turned.tif", kind: "instances") == state(image: "upright.tif", kind: "instances"))
  }

  @Test("two channels of ImageJ and of OME are two channels of an image", arguments: ["ImageJ", "OME"])
  func composites(program: String) throws {
    let planes = [DiscScene.image(), DiscScene.image(seed: 2)].map { $0.pixels.map { Int($0) } }
    let ome =
      "<OME xmlns=\"x\"><Image><Pixels DimensionOrder=\"XYCZT\" SizeC=\"2\" SizeZ=\"1\" SizeT=\"1\">"
      + "<TiffData/></Pixels></Image></OME>"
    let file = Self.tiff { $0.description = program == "OME" ? ome : "ImageJ=1.54f\nimages=2\nchannels=2\n" }
    try folder.write(file.file(planes), "two.tif")
    let joined = Self.tiff { $0.samples = 2 }
    try folder.write(
      joined.with { $0.extraSample = 0 }.file([zip(planes[0], planes[1]).flatMap { [$0, $1] }]), "samples.tif"
    )
    #expect(try state(image: "two.tif", kind: "instances") == state(image: "samples.tif", kind: "instances"))
    #expect(try folder.text("run/experiment.yaml").contains("channels: 2"))
  }

  private func segment(_ file: String) throws -> UnetCommand.Outcome {
    try UnetCommand.run(
      "segment", TinyExperiment.trained.get().model, folder(file), "--output", folder("out"), "--device",
      "cpu",
      "--write", "probabilities", "--overwrite")
  }

  @Test("of a stack behind one directory every page is segmented")
  func oneDirectory() throws {
    let planes = (0..<3).map { DiscScene.image(shift: 11 * $0).pixels.map { Int($0) } }
    try folder.write(
      planes.map { Image(height: Self.side, width: Self.side, format: .uint8, pixels: $0.map { Float($0) }) },
      "plain.tif")
    let file = Self.tiff { ($0.description, $0.truncated) = ("ImageJ=1.54f\nimages=3\nslices=3\n", true) }
    try folder.write(file.file(planes), "stack.tif")
    for name in ["plain", "stack"] {
      let outcome = try segment("\(name).tif")
      #expect(outcome.status == 0, "\(outcome.messages)")
    }
    let pages = try ImageFile.read(folder("out/stack-probabilities.tif"))
    #expect(try pages.count == 3 && pages == ImageFile.read(folder("out/plain-probabilities.tif")))
  }

  @Test("JPEG in a TIFF is read: a grey picture is segmented, of one in colours the channels are named")
  func jpeg() throws {
    let grey = (0..<64 * 64).map { UInt8($0 % 64 * 3) }
    try folder.write(try LibTIFF.jpeg(height: 64, width: 64, grey.flatMap { [$0, $0, $0] }), "grey.tif")
    try folder.write(
      try LibTIFF.jpeg(height: 64, width: 64, grey.flatMap { [$0, 255 - $0, 90] }), "colour.tif")
    let outcome = try segment("grey.tif")
    #expect(outcome.status == 0, "\(outcome.messages)")
    expectError(try segment("colour.tif"), status: 1, naming: "3 channels")
  }

  @Test("NPY is segmented as a TIFF is; other formats are named with those that are read")
  func formats() throws {
    let image = DiscScene.image()
    let bytes = ForeignNPY.file("|u1", shape: [Self.side, Self.side], image.pixels.map { Int($0) })
    try folder.write(bytes, "a.npy")
    try folder.write([image], "b.tif")
    for file in ["a.npy", "b.tif"] { #expect(try segment(file).status == 0) }
    #expect(
      try ImageFile.read(folder("out/a-probabilities.tif"))
        == ImageFile.read(folder("out/b-probabilities.tif")))
    try folder.write("BM......................", "c.bmp")
    expectError(try segment("c.bmp"), status: 1, naming: "c.bmp is no TIFF, PNG, JPEG or NPY image")
  }

  @Test("a border of NaN is named with page, row and column")
  func notANumber() throws {
    let image = DiscScene.image()
    var values = image.pixels
    values[Self.side * 3 + 5] = .nan
    try folder.write(
      [Image(height: Self.side, width: Self.side, format: .float32, pixels: values)], "nan.tif")
    try folder.write([DiscScene.labels()], "labels.tif")
    expectError(
      try scene.train(images: "nan.tif", labels: "labels.tif"), status: 1,
      naming: "NaN in page 0 at row 3, column 5")
  }
}
