import Foundation
import Testing
import UNetImages
import UNetTestSupport

/// Files as people have them: names, kinds of labels, hold-outs.
@Suite struct DataCaseTests {
  private let scene: DiscScene
  private var folder: TemporaryFolder { scene.folder }

  init() throws { scene = try DiscScene() }

  @Test(arguments: [
    (["alpha.tif", "beta.tif", "gamma.tif"], ["alpha_mask.tif", "beta_mask.tif", "gamma_mask.tif"]),
    (
      ["img_20240105123456789012345.tif", "img_20240105123456789012346.tif"],
      ["m_20240105123456789012345.tif", "m_20240105123456789012346.tif"]
    ),
    (["t001.TIF", "t002.TIFF"], ["t001.TIFF", "t002.TIF"]),
    (
      ["Zelle ä 1.tif", "[x] 3é.tif", "mit leer#%20 2.tif"],
      ["Zelle ä 1.tif", "[x] 3é.tif", "mit leer#%20 2.tif"]
    ),
  ])
  func namesPairWithoutANote(images: [String], labels: [String]) throws {
    try scene.write(images, labels)
    let outcome = try scene.train()
    #expect(outcome.status == 0, "\(outcome.messages)")
    #expect(outcome.messages.contains("\(images.count) images to train on"))
    #expect(scene.notes(outcome).isEmpty, "\(outcome.messages)")
  }

  /// Each image is segmented perfectly; by the wrong pairing the figures would be those of other cells.
  @Test func labelsThatContinueTheNameOfAnImageBelongToIt() throws {
    try folder.write([DiscScene.labels()], "truth/cell_1_ann2.tif")
    try folder.write([DiscScene.labels(shift: 9)], "truth/cell_2_ann1.tif")
    try folder.write([DiscScene.labels()], "result/cell_1.tif")
    try folder.write([DiscScene.labels(shift: 9)], "result/cell_2.tif")
    let outcome = try UnetCommand.run(
      "evaluate", "--truth", folder("truth"), "--prediction", folder("result"), "--kind", "instances",
      "--metrics", "seg", "--json")
    try #require(outcome.status == 0, "\(outcome.messages)")
    #expect(try DiscScene.figures(outcome)["seg"] == 1)
  }

  @Test func whatIsLeftOutIsNotedAndHiddenFilesAreNot() throws {
    let names = (1...3).map { "t00\($0).tif" }
    try scene.write(names, names)
    for name in [
      "images/t004.czi", "images/.DS_Store", "images/._t001.tif", "images/Thumbs.db", "labels/desktop.ini",
    ] {
      try folder.write("x", name)
    }
    try folder.write([DiscScene.image()], "images/t005.tif")
    let outcome = try scene.train()
    #expect(outcome.status == 0, "\(outcome.messages)")
    #expect(
      scene.notes(outcome) == [
        "images: 1 file of other kinds left out: t004.czi",
        "images: 1 of 4 images have no labels and are left out: t005.tif",
      ])
  }

  @Test func anImageWithoutCellsAmongOthersIsNotedAndAllWithoutAreAnError() throws {
    let names = (1...3).map { "t00\($0).tif" }
    try scene.write(names, names)
    try folder.write([DiscScene.labels { _ in 0 }], "labels/t002.tif")
    let outcome = try scene.train()
    #expect(outcome.status == 0, "\(outcome.messages)")
    #expect(scene.notes(outcome) == ["images/t002.tif: its labels have no cell; are they missing?"])
    for name in names { try folder.write([DiscScene.labels { _ in 0 }], "labels/\(name)") }
    expectError(try scene.train(), status: 1, naming: "labels/t001.tif", "no cell")
  }

  @Test func aMaskOfTwoValuesIsNamedAsClassesAndNotedAsInstances() throws {
    try folder.write([DiscScene.image()], "image.tif")
    try folder.write([DiscScene.labels(.uint8) { $0 > 0 ? 255 : 0 }], "labels.tif")
    func train(_ kind: String) throws -> UnetCommand.Outcome {
      try scene.train(images: "image.tif", labels: "labels.tif", kind: kind)
    }
    expectError(try train("classes"), status: 1, naming: "labels.tif holds 0 and 255", "unknown", "membranes")
    let instances = try train("instances")
    #expect(instances.status == 0 && scene.notes(instances).count == 1)
    #expect(scene.notes(instances).first?.contains("one number in several separate regions") == true)
    let membranes = try train("membranes")
    #expect(membranes.status == 0 && scene.notes(membranes).isEmpty, "\(membranes.messages)")
  }

  @Test func unknownPixelsAreLearntAroundAndClassesMustBeCountedFromZero() throws {
    try folder.write([DiscScene.image()], "image.tif")
    try folder.write([DiscScene.labels(.uint8) { [0, 1, 2, 255][$0 % 4] }], "labels.tif")
    let learnt = try scene.train(
      images: "image.tif", labels: "labels.tif", kind: "classes", network: ", classes: 3")
    #expect(learnt.status == 0 && scene.notes(learnt).isEmpty, "\(learnt.messages)")
    try folder.write([DiscScene.labels(.uint8) { $0 % 3 + 1 }], "labels.tif")
    expectError(
      try scene.train(images: "image.tif", labels: "labels.tif", kind: "classes", network: ", classes: 3"),
      status: 1, naming: "labels.tif holds class 3 at row", "there are 3 classes, 0 to 2")
  }

  /// Values fall off over some pixels around each disc.
  @Test(arguments: ["membranes", "instances"]) func masksWithSoftEdgesAreNamed(kind: String) throws {
    try folder.write([DiscScene.image()], "image.tif")
    let soft = (0..<96 * 96).map { at -> Float in
      let (dy, dx) = (Float(at / 96 % 32 - 16), Float(at % 32 - 16))
      return max(0, min(255, (255 * (11 - (dy * dy + dx * dx).squareRoot()) / 4).rounded()))
    }
    try folder.write([Image(height: 96, width: 96, format: .uint8, pixels: soft)], "labels.png")
    let outcome = try scene.train(images: "image.tif", labels: "labels.png", kind: kind)
    expectError(outcome, status: 1, naming: "labels.png", "soft edges", "JPEG")
  }

  @Test(arguments: [Image.Format.uint8, .uint16, .float32], [1, 255])
  func aBinaryMaskIsAMaskInEverySampleType(format: Image.Format, value: Int) throws {
    try folder.write([DiscScene.labels(format) { $0 > 0 ? value : 0 }], "truth.tif")
    try folder.write([DiscScene.labels(.uint8) { $0 > 0 ? 255 : 0 }], "prediction.tif")
    let outcome = try UnetCommand.run(
      "evaluate", "--truth", folder("truth.tif"), "--prediction", folder("prediction.tif"), "--metrics",
      "seg",
      "--json")
    try #require(outcome.status == 0, "\(outcome.messages)")
    #expect(try DiscScene.figures(outcome)["seg"] == 1)
  }

  @Test func theKindIsToldByEveryPage() throws {
    let touching = DiscScene.labels(.uint8) { $0 == 0 ? 0 : $0 % 2 + 1 }
    try folder.write([DiscScene.labels(.uint8) { $0 == 1 ? 1 : 0 }, touching], "truth.tif")
    for arguments in [
      ["evaluate", "--truth", folder("truth.tif"), "--prediction", folder("truth.tif")],
      ["weight-map", folder("truth.tif"), "--output", folder("w.tif")],
    ] {
      expectError(
        try UnetCommand.run(arguments), status: 1, naming: "truth.tif holds several numbers (1, 2)",
        "(--kind)")
    }
    let made = try UnetCommand.run(
      "weight-map", folder("truth.tif"), "--output", folder("w.tif"), "--kind", "instances")
    #expect(made.output == "\(folder("w.tif"))  2 pages  instances, as given\n", "\(made.messages)")
  }

  @Test func filesOfPythonObjectsAreLeftOut() throws {
    try scene.write(["w1.tif"], ["w1_cp_masks.tif"])
    let head = "{'descr': '|O', 'fortran_order': False, 'shape': (), }"
    let text = head + String(repeating: " ", count: 117 - head.count) + "\n"
    try folder.write(
      [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(text.utf8) + [0x80], "labels/w1_seg.npy")
    let outcome = try scene.train()
    #expect(outcome.status == 0, "\(outcome.messages)")
    #expect(
      scene.notes(outcome) == ["labels: 1 file left out: w1_seg.npy (Python objects, no array of numbers)"])
    // A folder in which there is nothing else beside the images.
    for name in ["w1.tif", "w1_seg.npy"] {
      let place = name.hasSuffix("npy") ? "labels" : "images"
      try folder.write(
        FileManager.default.contents(atPath: folder("\(place)/\(name)")).map(Array.init) ?? [], "c/\(name)")
    }
    expectError(
      try scene.train(images: "c", labels: "c"), status: 1,
      naming: "c/w1.tif is named as image and as its own labels",
      "left out: w1_seg.npy")
  }

  @Test func hotPixelsAreToldWhereAnImageIsSegmentedAndWhereItIsLearnt() throws {
    let usual = DiscScene.image()
    let hot = Image(height: 96, width: 96, format: .uint16, pixels: usual.pixels)
      .with(65535, row: 3, column: 4).with(65535, row: 70, column: 80)
    func segment(_ image: Image) throws -> String {
      let file = try folder.write([image], "image.tif")
      let outcome = try UnetCommand.run(
        "segment", try TinyExperiment.trained.get().model, file, "--output", folder("r"), "--device", "cpu",
        "--overwrite")
      #expect(outcome.status == 0, "\(outcome.messages)")
      return outcome.messages
    }
    #expect(try segment(hot).contains("note: in 1 image 2 pixels with values such as 65535, others having 4"))
    #expect(try !segment(usual).contains("contrast"))
    try folder.write([hot], "image.tif")
    try folder.write([DiscScene.labels()], "labels.tif")
    let learnt = scene.notes(try scene.train(images: "image.tif", labels: "labels.tif"))
    #expect(learnt.count == 1 && learnt.first?.contains("train with data.normalisation: percentile") == true)
  }

  @Test func labelsInWhichTheMembraneIsNotZeroTeachTheSameWithTheOtherBorder() throws {
    let made = try UnetCommand.run(
      "synthesize", "membranes", "--output", folder.path, "--count", "2", "--size", "96")
    try #require(made.status == 0, "\(made.messages)")
    let inverted = try ImageFile.read(folder("labels.tif")).map { page in
      Image(height: 96, width: 96, format: .uint8, pixels: page.pixels.map { 255 - $0 })
    }
    try folder.write(inverted, "inverted.tif")
    func train(_ labels: String, _ border: String) throws -> UnetCommand.Outcome {
      try scene.train(
        images: "images.tif", labels: labels, kind: "membranes", "--set", "data.border=\(border)")
    }
    let (usual, other) = (try train("labels.tif", "zero"), try train("inverted.tif", "other"))
    #expect(usual.status == 0 && usual.state == other.state, "\(other.messages)")
    #expect(scene.notes(usual).isEmpty && scene.notes(other).isEmpty, "\(usual.messages)\(other.messages)")
    let wrong = scene.notes(try train("inverted.tif", "zero"))
    #expect(wrong.count == 1 && wrong.first?.contains("set border to other") == true, "\(wrong)")
    func weights(_ labels: String, _ border: String) throws -> Data {
      let outcome = try UnetCommand.run(
        "weight-map", folder(labels), "--border", border, "--output", folder("w.tif"), "--overwrite")
      try #require(outcome.status == 0, "\(outcome.messages)")
      return try folder.bytes("w.tif")
    }
    #expect(try weights("labels.tif", "zero") == weights("inverted.tif", "other"))
  }
}
