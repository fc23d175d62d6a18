import Testing
import UNetData
import UNetImages
import UNetTestSupport

@Suite("Images with their labels")
struct DatasetTests {
  @Test("stacks pair page by page")
  func stacks() throws {
    let folder = try TemporaryFolder()
    let images = try folder.write((0..<3).map { n in grey(4, 5) { Float($0 + n) } }, "volume.tif")
    let labels = try folder.write(
      (0..<3).map { n in grey(4, 5) { $0 % 5 == n ? 0 : 255 } }, "labels.tif")
    let frames = try Dataset.load(images: images, labels: labels, kind: .membranes)
    #expect(frames.map(\.page) == [0, 1, 2] && frames.map(\.name) == ["volume", "volume", "volume"])
    for (n, frame) in frames.enumerated() {
      #expect(frame.image.pixels[0] == Float(n) && frame.annotation.classes[n] == 0)
    }
  }

  @Test("sequences pair by the last number in the name; images without labels are left out")
  func sequences() throws {
    let folder = try TemporaryFolder()
    for n in [0, 2, 10, 11] { try folder.write([grey(2, 3) { _ in Float(n) }], "01/t0\(n).tif") }
    for n in [10, 2] {
      try folder.write([grey(2, 3, .uint16) { $0 == 0 ? Float(n) : 0 }], "01_GT/man_seg\(n).tif")
    }
    let frames = try Dataset.load(
      images: folder("01"), labels: folder("01_GT/man_seg*.tif"), kind: .instances,
      partlyAnnotated: [10])
    #expect(frames.map(\.page) == [2, 10] && frames.map(\.name) == ["t02", "t010"])
    #expect(frames.map { $0.image.pixels[0] } == [2, 10])
    #expect(frames.map { $0.annotation.instances?[0] } == [2, 10])
    #expect(frames.map { $0.annotation.classes[1] } == [0, -1])
  }

  @Test("near the border what is unlabelled is unknown, at the resolution of the labels that are wanted")
  func unlabelledBorder() throws {
    let folder = try TemporaryFolder()
    try folder.write([grey(8, 12) { _ in 1 }], "i.tif")
    try folder.write([grey(8, 12) { $0 % 12 < 4 && $0 < 24 || $0 == 12 * 4 + 6 ? 7 : 0 }], "l.tif")
    let set = try Dataset(images: folder("i.tif"), labels: folder("l.tif"), .init(.instances))
    func classes(_ border: Int, scale: Double = 1) throws -> [[Int32]] {
      let frame = try set.frames(gap: 0, unlabelledBorder: border, scale: scale)[0].annotation
      return (0..<frame.height).map { Array(frame.classes[$0 * frame.width..<($0 + 1) * frame.width]) }
    }
    #expect(try classes(0).allSatisfy { !$0.contains(-1) })
    let found = try classes(2)
    #expect(found[0] == [1, 1, 1, 1] + [Int32](repeating: -1, count: 8))
    #expect(found[4] == [-1, -1, 0, 0, 0, 0, 1, 0, 0, 0, -1, -1])
    #expect(found[1] == found[0] && found[6].allSatisfy { $0 == -1 } && found[2][5] == 0)
    #expect(try classes(50).joined().allSatisfy { $0 != 0 })
    // Half of three pixels is two.
    let halved = try classes(3, scale: 0.5)
    #expect([0, 1, 3].map { row in halved[row].count { $0 == -1 } } == [4, 6, 6])
  }

  @Test("files of equal names pair by name, numbers or not")
  func names() throws {
    let folder = try TemporaryFolder()
    for (n, name) in ["left_1", "right_1", "spare"].enumerated() {
      try folder.write([grey(1, 2) { _ in Float(n) }], "images/\(name).png")
      if n < 2 { try folder.write([grey(1, 2) { Float($0) }], "labels/\(name).tif") }
    }
    let frames = try Dataset.load(images: folder("images"), labels: folder("labels"), kind: .classes)
    #expect(frames.map(\.name) == ["left_1", "right_1"] && frames.map { $0.image.pixels[0] } == [0, 1])
  }

  @Test(
    "labels beside their images are no images", arguments: ["img_*.tif", ".", "img_00?.tif"],
    ["img_*_label.tif", "./img_*_label.tif"])
  func besideEachOther(images: String, labels: String) throws {
    let folder = try TemporaryFolder()
    for n in 1...3 {
      try folder.write([grey(1, 2) { _ in Float(n) }], "img_00\(n).tif")
      if n < 3 { try folder.write([grey(1, 2, .uint16) { Float($0) }], "img_00\(n)_label.tif") }
    }
    let (images, labels) = (folder(images), folder(labels))
    let frames = try Dataset.load(images: images, labels: labels, kind: .instances)
    #expect(frames.map(\.name) == ["img_001", "img_002"] && frames.map(\.page) == [1, 2])
    #expect(frames.map { $0.image.pixels[0] } == [1, 2])
    let notes = try pairedFiles(images: images, labels: labels).notes
    #expect(notes == ["\(images): 1 of 3 images have no labels and are left out: img_003.tif"])
  }

  @Test("labels that are their own images", arguments: ["labels", "labels/*.tif", "labels/1.tif"])
  func themselves(pattern: String) throws {
    let folder = try TemporaryFolder()
    try folder.write([grey(1, 2) { Float($0) }], "labels/1.tif")
    #expect(
      complaint(in: folder) {
        _ = try Dataset.load(images: folder(pattern), labels: folder("labels"), kind: .instances)
      } == "labels/1.tif is named as image and as its own labels: name images and labels apart")
  }

  @Test("what does not fit together is named on both sides")
  func misfits() throws {
    let folder = try TemporaryFolder()
    let page = grey(4, 4) { Float($0) }
    try folder.write([page, page], "two.tif")
    try folder.write([page], "one.tif")
    try folder.write([grey(4, 5) { Float($0) }], "wide.tif")
    try folder.write([grey(4, 4) { _ in 0 }, grey(4, 4) { _ in 0 }], "blank.tif")
    try folder.write([page], "a/t1.tif")
    try folder.write([page], "a/u1.tif")
    try folder.write([page], "b/t1.tif")
    try folder.write([page], "c/s1.tif")
    try folder.write([page], "c/s7.tif")
    try folder.write([page], "d/x.tif")
    func loading(_ images: String, _ labels: String) -> String {
      complaint(in: folder) {
        _ = try Dataset.load(images: folder(images), labels: folder(labels), kind: .membranes)
      }
    }
    #expect(
      loading("two.tif", "one.tif") == "one.tif has 1 page, two.tif 2: give one label page for each image")
    #expect(
      loading("one.tif", "wide.tif")
        == "wide.tif is 4×5 in page 0, one.tif 4×4: give labels of the image's size")
    #expect(
      loading("two.tif", "blank.tif")
        == "blank.tif holds labels with no cell: give labels that are not 0 everywhere")
    #expect(
      loading("b", "c")
        == "c/s7.tif has no image: no name in b is like its own, and none has the number 7; "
        + "name labels after their images")
    #expect(
      loading("a", "c")
        == "c/s1.tif may belong to a/t1.tif or to a/u1.tif, which have the same number, 1: "
        + "name labels after their images, or give a pattern that one of them fits")
    #expect(
      loading("b", "d")
        == "d/x.tif has no image: no name in b is like its own, and it has no number (b/t1.tif has no labels); "
        + "name labels after their images"
    )
    #expect(loading("one.tif", "none.tif") == "none.tif does not exist: check the name")
  }

  @Test("what cells are is said where there are none")
  func noCell() throws {
    let folder = try TemporaryFolder()
    let image = try folder.write([grey(4, 4) { Float($0) }], "i.tif")
    func loading(_ number: Float, _ meaning: Dataset.Meaning) throws -> DataError? {
      let labels = try folder.write([grey(4, 4) { _ in number }], "l.tif")
      return #expect(throws: DataError.self) { _ = try Dataset(images: image, labels: labels, meaning) }
    }
    let border = try loading(255, .init(.membranes, border: .other))
    #expect(border?.problem.hasSuffix("give labels that are 0 somewhere, or set border to zero") == true)
    #expect(border?.choices == ["border"])
    // The border is one of membranes alone.
    for kind in LabelKind.allCases {
      let border = kind == .membranes ? Border.zero : .other
      let nothing = try loading(0, .init(kind, border: border))
      #expect(nothing?.problem == "holds labels with no cell: give labels that are not 0 everywhere")
      #expect(nothing?.choices == [])
    }
  }

  @Test("images and labels that seem swapped, stacks beside files, and sets without any cell")
  func mistaken() throws {
    let folder = try TemporaryFolder()
    let cells = grey(24, 24, .uint8) { $0 % 24 < 12 ? 0 : Float($0 / 24 / 8 + 1) }
    func loading(_ images: String, _ labels: String) -> String {
      complaint(in: folder) {
        _ = try Dataset.load(images: folder(images), labels: folder(labels), kind: .instances)
      }
    }
    let question = "; or are images and labels swapped?"
    for (name, channels) in [("colour", 3), ("grey", 1)] {
      try folder.write([noise(24, 24, channels: channels)], "\(name).png")
      try folder.write([cells], "cells.png")
      #expect(loading("cells.png", "\(name).png").hasPrefix("\(name).png "))
      #expect(loading("cells.png", "\(name).png").hasSuffix(question))
      try folder.write([noise(24, 24, seed: 2)], "image.png")
      let coloured = loading("image.png", "\(name).png")
      #expect(coloured.hasPrefix("\(name).png ") && !coloured.hasSuffix(question))
    }
    for number in 0..<3 { try folder.write([noise(24, 24)], "i/\(number).tif") }
    try folder.write([cells, cells, cells], "movie.tif")
    #expect(
      loading("i", "movie.tif")
        == "movie.tif has no image of its own: it has 3 pages, and i is 3 files; give each of them a "
        + "file of its name, or all as the pages of one file")
    for number in 0..<3 { try folder.write([plain(0, 24, 24)], "masks/\(number).tif") }
    try folder.write([cells, cells, cells], "images/movie.tif")
    #expect(
      loading("images", "masks")
        == "images/movie.tif has 3 pages, and 3 files of labels, 0.tif the first, which are taken for "
        + "an object each of one image: give one file with a label page for each image")
    #expect(
      loading("i", "masks")
        == "masks/0.tif and 2 other files hold labels with no cell: give labels that are not 0 everywhere")
  }

  @Test("a data set at half its resolution; an instance that vanishes is named")
  func dataset() throws {
    let folder = try TemporaryFolder()
    try folder.write([grey(8, 8) { Float($0) }], "images/t3.tif")
    let cells = grey(8, 8, .uint16) { $0 % 8 < 4 ? 7 : 0 }
    try folder.write([cells], "labels/s3.tif")
    func load() throws -> [Frame] {
      try Dataset.load(
        images: folder("images"), labels: folder("labels"), kind: .instances, scale: 0.5)
    }
    let frame = try #require(try load().first)
    let prepared = PreparedFrame(frame, normalisation: .none, weights: WeightMapOptions())
    #expect(prepared.height == 4 && prepared.width == 4 && prepared.image[0] == 4.5)
    #expect(frame.annotation.instances == (0..<16).map { $0 % 4 < 2 ? 7 : 0 })
    var small = cells
    small.pixels[6] = 300
    try folder.write([small], "labels/s3.tif")
    let said = complaint(in: folder) { _ = try load() }
    #expect(
      said == "labels/s3.tif page 0 has a cell, 300, of 1 pixel that vanishes at scale 0.5: "
        + "raise data.scale or remove the cell from the labels")
  }
}
