import Foundation
import Testing
import UNetImages
import UNetTestSupport

private let (challenge, tracking) = (RealData("isbi2012"), RealData("ctc"))

/// Whole sets from images to figures, with no key of `data` beyond images, labels, kind and hold-out.
@Suite struct SetTests {
  private let scene: DiscScene
  private var folder: TemporaryFolder { scene.folder }

  init() throws { scene = try DiscScene() }

  /// Trains for a moment, segments what was held out and more, and judges it; gives the notes.
  private func figures(
    _ images: String, _ labels: String, kind: String, holdOut: String, steps: Int = 20,
    write: String = "labels"
  ) throws -> (notes: [String], output: String) {
    let trained = try scene.train(images: images, labels: labels, kind: kind, holdOut: holdOut, steps: steps)
    try #require(trained.status == 0, "\(trained.messages)")
    #expect(trained.output.contains("seg "), "\(trained.output)")
    return (scene.notes(trained), trained.output)
  }

  private func segmentAndJudge(_ images: String, _ truth: String, kind: String) throws -> [String: Double] {
    let segmented = try UnetCommand.run(
      "segment", folder("run/model.safetensors"), images, "--output", folder("r"), "--device", "cpu",
      "--write",
      "instances")
    try #require(segmented.status == 0, "\(segmented.messages)")
    let judged = try UnetCommand.run(
      "evaluate", "--truth", truth, "--prediction", folder("r"), "--kind", kind, "--metrics", "iou,seg",
      "--json")
    try #require(judged.status == 0, "\(judged.messages)")
    let found = try #require(
      try JSONSerialization.jsonObject(with: Data(judged.output.utf8)) as? [String: Any])
    return found.compactMapValues { $0 as? Double }
  }

  /// A name as a hash gives it.
  private func hash(_ number: Int) -> String {
    let digits = Array("0123456789abcdef")
    let mixed = (number + 1) &* 2_654_435_761
    let places = (0..<40).map { place in (mixed &* (2 * place + 1)) >> 20 & 15 }
    return String(places.map { digits[$0] })
  }

  @Test func nucleiNamedByHashesInFourChannelsWithSixteenBitLabels() throws {
    for number in 0..<6 {
      let picture = DiscScene.image(shift: 11 * number, seed: UInt64(number))
      try folder.write(rgba(picture), "images/\(hash(number)).png")
      try folder.write([DiscScene.labels(shift: 11 * number) { $0 * 300 }], "masks/\(hash(number)).png")
    }
    let notes = try figures("images", "masks", kind: "instances", holdOut: "{share: 0.3}", steps: 150).notes
    #expect(notes.count == 1 && notes[0].hasPrefix("2 of 6 images are held out"), "\(notes)")
    let found = try segmentAndJudge(folder("images"), folder("masks"), kind: "instances")
    #expect(try #require(found["iou"]) > 0.6, "\(found)")
  }

  @Test func channelsAndLabelsAsNNUNetHasThem() throws {
    for number in 0..<4 {
      let picture = DiscScene.image(shift: 9 * number)
      try folder.write([picture], "set/imagesTr/case_00\(number)_0000.tif")
      try folder.write(
        [Image(height: 96, width: 96, format: .uint8, pixels: picture.pixels.map { 255 - $0 })],
        "set/imagesTr/case_00\(number)_0001.tif")
      try folder.write(
        [DiscScene.labels(shift: 9 * number, .uint8) { min($0, 1) }], "set/labelsTr/case_00\(number).tif")
    }
    for (images, labels) in [("set/imagesTr", "set/labelsTr"), ("set", "set")] {
      let notes = try figures(images, labels, kind: "membranes", holdOut: "{count: 1}").notes
      #expect(notes.count == 1 && notes[0].hasPrefix("1 of 4 images are held out: case_00"), "\(notes)")
      #expect(try folder.text("run/experiment.yaml").contains("channels: 2"))
    }
    try segmentJoinedChannels()
  }

  /// Segments what the model of two channels was trained on, as a folder, by a glob, and in one file.
  private func segmentJoinedChannels() throws {
    func segment(_ images: [String], _ output: String) throws -> UnetCommand.Outcome {
      try UnetCommand.run(
        ["segment", folder("run/model.safetensors")] + images.map { folder($0) }
          + ["--output", folder(output), "--device", "cpu", "--write", "probabilities"])
    }
    let names = (0..<4).map { "case_00\($0)-probabilities.tif" }
    for (images, below) in [(["set"], "imagesTr/"), (["set/imagesTr"], ""), (["set/imagesTr/*.tif"], "")] {
      let outcome = try segment(images, "joined")
      #expect(outcome.output == names.map { "\(folder("joined"))/\(below)\($0)\n" }.joined())
      #expect(outcome.status == 0)
      try FileManager.default.removeItem(atPath: folder("joined"))
    }
    let parts = (0..<2).map { "set/imagesTr/case_000_000\($0).tif" }
    let apart = try segment(parts, "apart")
    #expect(apart.output == folder("apart") + "/\(names[0])\n", "\(apart.messages)")
    let values = try parts.map { try ImageFile.read(folder($0))[0].pixels.map { UInt8($0) } }
    let whole = ForeignTIFF(height: 96, width: 96, samples: 2, extraSample: 0).file([
      zip(values[0], values[1]).flatMap { [$0, $1] }
    ])
    try folder.write(whole, "case_000.tif")
    _ = try segment(["case_000.tif"], "whole")
    #expect(try folder.bytes("whole/\(names[0])") == folder.bytes("apart/\(names[0])"))
    // Channels of other types, as in a training; an image without one of its channels is named; the others are segmented.
    try folder.write(
      [Image(height: 96, width: 96, format: .uint16, pixels: values[1].map { Float($0) })], parts[1])
    try FileManager.default.removeItem(atPath: folder("apart"))
    #expect(try segment(parts, "apart").status == 0)
    #expect(
      try ImageFile.read(folder("apart/\(names[0])")) == ImageFile.read(folder("whole/\(names[0])")))
    try FileManager.default.removeItem(atPath: folder("set/imagesTr/case_002_0001.tif"))
    let lacking = try segment(["set/imagesTr"], "lacking")
    #expect(lacking.status == 1 && lacking.output.split(separator: "\n").count == 3)
    #expect(
      lacking.messages.contains("case_002_0001.tif is missing: an image has 2 channels here, a file each")
        && !lacking.messages.contains("grey values lie far"))
  }

  @Test func aFolderASampleWithAMaskForEachObject() throws {
    for number in 0..<5 {
      let name = hash(number)
      try folder.write(rgba(DiscScene.image(shift: 9 * number)), "train/\(name)/images/\(name).png")
      for disc in 1...9 {
        let mask = DiscScene.labels(shift: 9 * number, .uint8) { $0 == disc ? 255 : 0 }
        try folder.write([mask], "train/\(name)/masks/\(hash(100 * number + disc)).png")
      }
    }
    let notes = try figures("train", "train", kind: "instances", holdOut: "{every: 5}", steps: 150).notes
    #expect(notes.count == 1 && notes[0].hasPrefix("1 of 5 images are held out"), "\(notes)")
    let found = try segmentAndJudge(
      folder("train/*/images/*.png"), folder("train/*/masks"), kind: "instances")
    #expect(try #require(found["iou"]) > 0.6, "\(found)")
  }

  @Test(.enabled(if: challenge.isPresent, "\(challenge.reason)"))
  func theEMChallenge() throws {
    let (volume, labels) = (challenge.path("train-volume.tif"), challenge.path("train-labels.tif"))
    let notes = try figures(volume, labels, kind: "membranes", holdOut: "{fold: 3/3}", steps: 5).notes
    #expect(notes == ["10 of 30 images are held out: page 20-29"])
    try folder.write([try ImageFile.read(volume)[0]], "slice.tif")
    try folder.write([try ImageFile.read(labels)[0]], "truth/slice.tif")
    #expect(try segmentAndJudge(folder("slice.tif"), folder("truth"), kind: "membranes")["iou"] != nil)
  }

  @Test(
    .enabled(if: tracking.isPresent, "\(tracking.reason)"),
    arguments: [
      ("PhC-C2DH-U373", "01", 15, 115, 0), ("DIC-C2DH-HeLa", "01", 9, 84, 1),
      ("DIC-C2DH-HeLa", "02", 9, 84, 0),
    ])
  func theCellTrackingChallenge(set: String, sequence: String, labelled: Int, images: Int, drops: Int) throws
  {
    let (frames, truth) = (tracking.path("\(set)/\(sequence)"), tracking.path("\(set)/\(sequence)_GT/SEG"))
    let notes = try figures(frames, truth, kind: "instances", holdOut: "{count: 2}", steps: 5).notes
    #expect(notes.count == 3 + drops, "\(notes)")
    #expect(notes[0].hasPrefix("2 of \(labelled) images are held out: t"))
    #expect(notes[1].contains("follow each other like frames of a movie"))
    #expect(notes[2].contains("\(images - labelled) of \(images) images have no labels and are left out"))
    // Frame 67 of the first sequence has 3 of about 18 cells labelled.
    if drops > 0 { #expect(notes[3].contains("if others are unlabelled, list 67 under partly-annotated")) }
    let first = try #require(
      try FileManager.default.contentsOfDirectory(atPath: truth).filter { $0.hasSuffix(".tif") }.min())
    let number = first.filter(\.isNumber)
    try FileManager.default.createDirectory(atPath: folder("truth"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: "\(truth)/\(first)", toPath: folder("truth/\(first)"))
    #expect(try segmentAndJudge("\(frames)/t\(number).tif", folder("truth"), kind: "instances")["seg"] != nil)
  }

  /// The picture as RGBA, opaque, its three colours equal.
  private func rgba(_ picture: Image) -> [UInt8] {
    ForeignPNG(height: picture.height, width: picture.width, colour: 6).file(
      values: picture.pixels.flatMap { [Int($0), Int($0), Int($0), 255] })
  }
}
