import Foundation
import Testing
import UNetImages
import UNetTestSupport

/// What is held out of files as people have them, and how it is named.
@Suite struct HoldOutCaseTests {
  private let scene: DiscScene
  private var folder: TemporaryFolder { scene.folder }

  init() throws { scene = try DiscScene() }

  @Test(arguments: [("{share: 0.3}", 1), ("{count: 2}", 2), ("{every: 2}", 1), ("{fold: 3/3}", 1)])
  func partsAreHeldOutAndNamed(holdOut: String, count: Int) throws {
    let names = (1...3).map { "t00\($0).tif" }
    try scene.write(names, names)
    let outcome = try scene.train(holdOut: holdOut)
    #expect(outcome.status == 0, "\(outcome.messages)")
    let left = "\(3 - count) \(count == 2 ? "image" : "images") to train on, \(count) held out"
    #expect(outcome.messages.contains("case: \(left)"))
    let notes = scene.notes(outcome)
    #expect(notes.count == 1 && notes[0].hasPrefix("\(count) of 3 images are held out: t00"), "\(notes)")
  }

  @Test func pagesOfOneStackAndOfSeveralAreNamedWithTheirFiles() throws {
    for (at, name) in ["a", "b"].enumerated() {
      try folder.write((0..<4).map { DiscScene.image(shift: 5 * $0 + at) }, "images/\(name).tif")
      try folder.write((0..<4).map { DiscScene.labels(shift: 5 * $0 + at) }, "labels/\(name).tif")
    }
    func notes(_ holdOut: String) throws -> [String] {
      let outcome = try scene.train(images: "images", holdOut: holdOut)
      #expect(outcome.status == 0, "\(outcome.messages)")
      return scene.notes(outcome)
    }
    let drawn = try notes("{share: 0.5}")
    #expect(["a", "b"].contains { drawn == ["4 of 8 images are held out: \($0).tif"] }, "\(drawn)")
    #expect(try notes("{pages: [1, 5-6]}") == ["3 of 8 images are held out: a.tif page 1, b.tif page 1-2"])
    expectError(
      try scene.train(holdOut: "{pages: 8}"), status: 64, naming: "there are pages a.tif 0-3, b.tif 4-7")
    let blind = try scene.train(
      images: "images", labels: "labels", kind: "instances", holdOut: "{files: [a]}", network: "", steps: 3,
      "--set",
      "data.partly-annotated=[4-7]")
    #expect(
      scene.notes(blind).contains { $0.hasPrefix("no pixel of the images to train on") }, "\(blind.messages)")
    for name in ["images/b.tif", "labels/b.tif"] { try FileManager.default.removeItem(atPath: folder(name)) }
    #expect(try notes("{share: 0.5}") == ["2 of 4 images are held out: page 2-3"])
    #expect(try notes("{pages: 3}") == [])
  }

  @Test func framesOfAMovieThatAreDrawnAreNoted() throws {
    for number in 0..<10 {
      let name = "t00\(number).tif"
      try folder.write([DiscScene.image(shift: 2 * number, seed: UInt64(number))], "images/\(name)")
      try folder.write([DiscScene.labels(shift: 2 * number)], "labels/\(name)")
    }
    func notes(_ holdOut: String) throws -> [String] {
      let outcome = try scene.train(holdOut: holdOut)
      #expect(outcome.status == 0, "\(outcome.messages)")
      return scene.notes(outcome)
    }
    for holdOut in ["{share: 0.2}", "{count: 3}", "{fold: 1/5}"] {
      let found = try notes(holdOut)
      #expect(
        found.count == 2
          && found[1].hasPrefix("t000.tif, t001.tif, ... follow each other like frames of a movie, and")
          && found[1].hasSuffix("hold-out: {pages: [8-9]}"), "\(found)")
    }
    #expect(try notes("{pages: [8-9]}").isEmpty)
    #expect(try notes("{every: 5}").count == 1)
  }

  @Test func namesWithBracketsStandForThemselves() throws {
    let names = ["s [x=0,y=1].tif", "s [x=1,y=1].tif"]
    try scene.write(names, names)
    let held = try scene.train(holdOut: "{files: ['s [x=1,y=1]']}")
    #expect(held.status == 0 && held.messages.contains("1 image to train on, 1 held out"), "\(held.messages)")
    for name in ["images", "labels"] {
      try FileManager.default.createDirectory(atPath: folder("d [1]"), withIntermediateDirectories: true)
      try FileManager.default.moveItem(atPath: folder(name), toPath: folder("d [1]/\(name)"))
    }
    for (images, labels) in [("images/*.tif", "labels/*"), ("images", "labels")] {
      let found = try scene.train(
        images: images, labels: labels, kind: "instances", holdOut: "none", network: "", steps: 3, "--data",
        folder("d [1]"))
      #expect(found.status == 0, "\(found.messages)")
    }
  }

  @Test func filesAreHeldOutByTheirFolders() throws {
    let names = ["p1/a.tif", "p1/b.tif", "p2/a.tif", "p2/b.tif"]
    try scene.write(names, names)
    let held = try scene.train(holdOut: "{files: ['p1/*']}")
    #expect(held.messages.contains("2 images to train on, 2 held out"), "\(held.messages)")
    #expect(scene.notes(held).isEmpty, "\(held.messages)")
    expectError(
      try scene.train(holdOut: "{files: ['p1/*', 'p3/*']}"), status: 64,
      naming: "data.hold-out.files matches no image: p3/*")
  }

  /// The folder that is learnt from, one file of it under its own name, and a copy of an image under another.
  @Test func imagesThatAreLearntFromAreNoHeldOutOnes() throws {
    let names = ["a.tif", "b.tif", "c.tif"]
    try scene.write(names, names)
    func note(_ holdOut: String) throws -> String? {
      let outcome = try scene.train(holdOut: holdOut)
      #expect(outcome.status == 0, "\(outcome.messages)")
      return scene.notes(outcome).first { $0.contains("learnt from as well") }
    }
    #expect(
      try note("{images: images, labels: labels}")?.hasPrefix("3 of 3 held-out images are learnt") == true)
    #expect(try note("{files: [c]}") == nil)
    for kind in ["images", "labels"] {
      try FileManager.default.copyItem(atPath: folder("\(kind)/b.tif"), toPath: folder("\(kind)/d.tif"))
    }
    #expect(
      try note("{files: [c, d]}")?.hasPrefix(
        "1 of 2 held-out images are learnt from as well, such as images/d.tif") == true)
  }

  @Test func aFileThatMakesPagesPlacesIsTold() throws {
    let names = ["overview.tif"] + (11...14).map { "n_\($0).tif" }
    try scene.write(names, Array(names.dropFirst()))
    for (label, image) in zip(names.dropFirst(), 1...) {
      try folder.write([DiscScene.labels(shift: 5 * image)], "labels/\(label)")
    }
    let numbered = try scene.train(holdOut: "{pages: 14}")
    #expect(numbered.messages.contains("3 images to train on, 1 held out"), "\(numbered.messages)")
    #expect(!numbered.messages.contains("places"), "\(numbered.messages)")
    try folder.write([DiscScene.labels()], "labels/overview.tif")
    expectError(
      try scene.train(holdOut: "{pages: 14}"), status: 64, naming: "names page 14, but there are pages 0-4",
      "overview.tif has none")
    let places = try scene.train(
      images: "images", labels: "labels", kind: "instances", holdOut: "none", network: "", steps: 3, "--set",
      "data.partly-annotated=[2]")
    #expect(scene.notes(places).contains { $0.contains("overview.tif has none") }, "\(places.messages)")
  }

  @Test func aPageOfTwoFilesIsNamedWithTheirPlaces() throws {
    let names = ["a_1.tif", "a_2.tif", "b_1.tif"]
    try scene.write(names, names)
    expectError(
      try scene.train(holdOut: "{pages: 1}"), status: 64, naming: "data.hold-out names page 1",
      "a_1.tif is 0, b_1.tif is 2")
    let held = try scene.train(holdOut: "{pages: 0}")
    #expect(held.messages.contains("2 images to train on, 1 held out"))
    #expect(scene.notes(held) == ["1 of 3 images are held out: a_1.tif"])
  }
}
