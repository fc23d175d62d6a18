import Foundation
import Testing
import UNetData
import UNetTestSupport

@Suite("Which labels belong to which images")
struct PairingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Empty files of these names: pairing looks at names alone.
  private func make(_ names: [String]) throws { for name in names { try folder.write("", name) } }

  /// The names of the labels of each image that has some.
  private func pairs(_ images: [String], _ labels: [String]) throws -> [String: String] {
    try make(images.map { "images/\($0)" } + labels.map { "labels/\($0)" })
    let found = try pairedFiles(images: folder("images"), labels: folder("labels")).pairs
    return Dictionary(uniqueKeysWithValues: found.map { (name($0.images[0]), name($0.labels[0])) })
  }

  private func name(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }

  @Test(
    "by names",
    arguments: [
      (["cell_1.tif", "cell_2.tif"], ["cell_1_ann2.tif", "cell_2_ann1.tif"]),
      (["alpha.tif", "beta.tif"], ["alpha_mask.tif", "beta_mask.tif"]),
      (["cell_1.tif", "cell_10.tif"], ["cell_1_seg.png", "cell_10_seg.png"]),
      (["a.ome.tif", "b.ome.tif"], ["a_cp_masks.png", "b_cp_masks.png"]),
      (["a_img.tif", "b_img.tif"], ["a_mask.tif", "b_mask.tif"]),
      (["img_a.tif", "img_b.tif"], ["mask_a.tif", "mask_b.tif"]),
      (["t007-instances.tif", "t008-instances.tif"], ["t007.tif", "t008.tif"]),
      (["alpha_stained.tif", "beta_stained.tif"], ["drawn_alpha.tif", "drawn_beta.tif"]),
      (["Alpha.TIF", "Beta.TIF"], ["alpha_mask.tif", "beta_mask.tif"]),
      (["cellA.tif", "cellB.tif"], ["cellAMask.tif", "cellBMask.tif"]),
      (["Zelle ä 1.tif", "[x] 3é.tif"], ["Zelle ä 1 Maske.tif", "[x] 3é (2).tif"]),
      (
        ["0a7d30b252359a10fd298b638b90cb9ada3acced4e0c0e5a3692013f432ee4e9.png", "0bf4b1.png"],
        ["0a7d30b252359a10fd298b638b90cb9ada3acced4e0c0e5a3692013f432ee4e9.tif", "0bf4b1.tif"]
      ),
    ])
  func names(images: [String], labels: [String]) throws {
    #expect(try pairs(images, labels) == Dictionary(uniqueKeysWithValues: zip(images, labels)))
  }

  @Test(
    "by numbers",
    arguments: [
      (["t002.tif", "t010.tif"], ["man_seg2.tif", "man_seg10.tif"]),
      (
        ["img_20240105123456789012345.tif", "img_20240105123456789012346.tif"],
        ["m_20240105123456789012345.tif", "m_20240105123456789012346.tif"]
      ),
      (["p1_t1.tif", "p1_t2.tif", "p2_t1.tif"], ["seg-1-1.tif", "seg-1-2.tif", "seg-2-1.tif"]),
      (["scan_1_170446.tif", "scan_2_170501.tif"], ["truth1.tif", "truth2.tif"]),
      (["t000.tif", "t001.tif"], ["mask0.tif", "mask1.tif"]),
    ])
  func numbers(images: [String], labels: [String]) throws {
    #expect(try pairs(images, labels) == Dictionary(uniqueKeysWithValues: zip(images, labels)))
  }

  @Test(
    "what may belong to two, or to none, is named",
    arguments: [
      (["a_1_2.tif", "a_2_1.tif", "x.tif"], ["1of2.tif", "2of1.tif"], "", "by another number"),
      (
        ["cell_1.tif", "cell_2.tif"], ["ann_1_of_2.tif", "ann_2_of_1.tif"],
        "labels/ann_1_of_2.tif may belong to", "cell_2"
      ),
      (["a_raw.tif", "a_img.tif"], ["a_mask.tif"], "labels/a_mask.tif may belong to", "a_raw.tif"),
      (["cell.tif", "cell_1.tif"], ["cell_3_mask.tif"], "labels/cell_3_mask.tif has no image", "number 3"),
      (["a.tif"], ["a_1.tif", "a_2.tif"], "images/a.tif has two labels", "labels/a_1.tif"),
      (["a.tif", "b.tif"], ["c.tif"], "labels/c.tif has no image", "no number"),
      (["alpha.tif"], ["alphabet.tif"], "labels/alphabet.tif has no image", "no number"),
    ])
  func ambiguous(images: [String], labels: [String], beginning: String, word: String) throws {
    let said = complaint(in: folder) { _ = try pairs(images, labels) }
    if beginning.isEmpty {
      #expect(said.isEmpty)
      return
    }
    #expect(said.hasPrefix(beginning) && said.contains(word), "\(said)")
  }

  @Test("results of a segmentation beside its images are no images, whatever the labels are called")
  func ownResults() throws {
    let results = ["x-labels.png", "x-probabilities.tif", "y-instances.tif", "y-overlay.png"]
    try make((["x.png", "y.png"] + results).map { "images/\($0)" })
    try make(["labels/x-labels.tif", "labels/y-labels.tif"])
    let found = try pairedFiles(images: folder("images"), labels: folder("labels"))
    #expect(found.pairs.map(\.images) == [[folder("images/x.png")], [folder("images/y.png")]])
    #expect(found.notes.count == 1)
    #expect(found.notes[0].contains("4 files left out: x-labels.png (a result of an earlier segmentation)"))
    // As results to be evaluated they are what is named.
    let predictions = folder("images/*-instances.tif")
    try make(["truth/y.tif"])
    let judged = try pairedFiles(images: predictions, labels: folder("truth"), areResults: true)
    #expect(judged.pairs.map(\.images) == [[folder("images/y-instances.tif")]])
  }

  @Test("one of two results for each image is chosen by a pattern, which the error tells")
  func results() throws {
    try make(["r/t1-labels.png", "r/t1-probabilities.tif", "labels/t1.tif"])
    let said = complaint(in: folder) {
      _ = try pairedFiles(images: folder("r"), labels: folder("labels"))
    }
    #expect(said.hasPrefix("labels/t1.tif may belong to r/t1-labels.png or to r/t1-probabilities.tif"))
    #expect(said.contains("r/*-labels.png"), "\(said)")
    let files = try pairedFiles(images: folder("r/*-labels.png"), labels: folder("labels"))
    #expect(files.pairs.map(\.images) == [[folder("r/t1-labels.png")]])
  }

  @Test("files of other kinds are counted and named, hidden ones, a system's and texts are not")
  func others() throws {
    try make(
      ["t1.tif", "t1.czi", "t2.bmp", ".hidden.czi", "Thumbs.db", "desktop.ini", "._t1.tif", "notes.txt"].map {
        "images/\($0)"
      })
    try make(["labels/t1.tif", "labels/t1.jpg"])
    let notes = try pairedFiles(images: folder("images"), labels: folder("labels")).notes
    #expect(
      notes == [
        "\(folder("images")): 2 files of other kinds left out: t1.czi, t2.bmp",
        "\(folder("labels")): 1 file of other kinds left out: t1.jpg",
      ])
  }

  @Test("nothing but regular files is read in a folder")
  func pipes() throws {
    try make(["images/t1.tif", "labels/t1.tif"])
    mkfifo(folder("images/t2.tif"), 0o600)
    symlink("gone.tif", folder("images/t3.tif"))
    let files = try pairedFiles(images: folder("images"), labels: folder("labels"))
    #expect(files.images == [folder("images/t1.tif")])
    #expect(
      files.notes == [
        "\(folder("images")): 2 files left out: t2.tif (not a file on a disk), t3.tif (a link to nothing)"
      ])
  }

  @Test("channels of one image, as nnU-Net names them")
  func channels() throws {
    try make([
      "i/A_0000.tif", "i/A_0001.tif", "i/B_0000.tif", "i/B_0001.tif", "i/C_0000.tif", "l/A.tif", "l/B.tif",
    ])
    let files = try pairedFiles(images: folder("i"), labels: folder("l"))
    #expect(files.pairs.map(\.name) == ["A", "B"])
    #expect(files.pairs[0].images == [folder("i/A_0000.tif"), folder("i/A_0001.tif")])
    #expect(files.notes == ["\(folder("i")): 1 of 3 images have no labels and are left out: C_0000.tif"])
  }

  @Test(
    "a folder of masks for each image",
    arguments: [
      ("train", "train", ["A", "B"].flatMap { ["train/\($0)/images/\($0).png"] }, "train/A/masks/"),
      (
        "train/*/images", "train/*/masks", ["train/A/images/A.png", "train/B/images/B.png"], "train/A/masks/"
      ),
      (
        "train/*/images/*.png", "train/*/masks/*.png", ["train/A/images/A.png", "train/B/images/B.png"],
        "train/A/masks/"
      ),
      ("images", "masks", ["images/A.png", "images/B.png"], "masks/A/"),
      ("d/images", "d/masks", ["d/images/A.png"], "d/masks/"),
    ])
  func masks(images: String, labels: String, files: [String], folderOfMasks: String) throws {
    let masks = ["0f3a.png", "1b22.png", "9c.png"].map { folderOfMasks + $0 }
    let other = folderOfMasks.replacingOccurrences(of: "/A/", with: "/B/")
    try make(files + masks + (other == folderOfMasks ? [] : [other + "77.png"]))
    let found = try pairedFiles(images: folder(images), labels: folder(labels)).pairs
    #expect(found.map(\.images) == files.map { [folder($0)] })
    #expect(found.first?.labels == masks.map(folder.callAsFunction))
  }

  @Test("results in a tree and their folders of masks")
  func resultsOfSamples() throws {
    try make(
      ["A", "B"].flatMap {
        ["r/\($0)/images/\($0)-instances.tif", "s/\($0)/masks/1f.png", "s/\($0)/masks/2e.png"]
      })
    let pairs = try pairedFiles(images: folder("r"), labels: folder("s/*/masks")).pairs
    #expect(pairs.map(\.images) == ["A", "B"].map { [folder("r/\($0)/images/\($0)-instances.tif")] })
    #expect(
      pairs.map(\.labels)
        == ["A", "B"].map { [folder("s/\($0)/masks/1f.png"), folder("s/\($0)/masks/2e.png")] })
  }

  @Test("thousands of files pair as a few do")
  func many() throws {
    let names = (0..<3000).map { String("\(10_000 + $0)".dropFirst()) }
    try make(names.flatMap { ["i/t\($0).tif", "l/man_seg\($0).tif"] })
    let pairs = try pairedFiles(images: folder("i"), labels: folder("l")).pairs
    #expect(pairs.map(\.labels) == names.map { [folder("l/man_seg\($0).tif")] })
  }

  @Test("trees of folders, and images and labels in one folder")
  func trees() throws {
    try make(["i/p1/w1.tif", "i/p2/w1.tif", "l/p1/w1.tif", "l/p2/w1_mask.tif"])
    let tree = try pairedFiles(images: folder("i"), labels: folder("l")).pairs
    #expect(tree.map(\.labels) == [[folder("l/p1/w1.tif")], [folder("l/p2/w1_mask.tif")]])
    try make(["d/a.tif", "d/a_mask.tif", "d/b.tif", "d/b_mask.tif"])
    let mixed = try pairedFiles(images: folder("d"), labels: folder("d")).pairs
    #expect(mixed.map(\.images) == [[folder("d/a.tif")], [folder("d/b.tif")]])
    #expect(mixed.map(\.labels) == [[folder("d/a_mask.tif")], [folder("d/b_mask.tif")]])
  }

  @Test(
    "pages are numbers in names where they count pages, else places in natural order",
    arguments: [
      (["t002.tif", "t010.tif", "t011.tif"], [2, 10, 11]),
      (["left_1.tif", "right_4.tif"], [1, 4]),
      (["a_1.tif", "a_2.tif", "b_1.tif"], [0, 1, 2]),
      (["img_20240105.tif", "img_20240106.tif"], [0, 1]),
      (["0a7d30b2523.tif", "0bf4b14.tif", "c8e79f0a7b3.tif"], [0, 1, 2]),
      (["x.tif", "y.tif"], [0, 1]),
      (["t01z05.tif", "t01z06.tif"], [5, 6]),
    ])
  func pages(names: [String], numbers: [Int]) throws {
    try make(names.flatMap { ["images/\($0)", "labels/\($0)"] })
    #expect(
      try pairedFiles(images: folder("images"), labels: folder("labels")).pairs.map(\.number) == numbers)
  }

  @Test("a page that is the number of two files is told with their places")
  func repeated() throws {
    try make(["a_1", "a_2", "b_1"].flatMap { ["images/\($0).tif", "labels/\($0).tif"] })
    let numbers = try pairedFiles(images: folder("images"), labels: folder("labels")).numbers
    #expect(numbers?.problem(0) == nil)
    #expect(try #require(numbers?.problem(1)).contains("names page 1, a number that 2 files have"))
    #expect(try #require(numbers?.problem(1)).contains("(a_1.tif is 0, b_1.tif is 2)"))
  }
}
