import Foundation
import Testing
import UNetData
import UNetTestSupport

@Suite("Which labels belong to which images")
struct PairingTests {
  private let files: EmptyFiles
  private var folder: TemporaryFolder { files.folder }

  init() throws { files = try EmptyFiles() }

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
    #expect(try files.pairs(images, labels) == Dictionary(uniqueKeysWithValues: zip(images, labels)))
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
      // The words before the numbers tell which is which, in whatever order.
      (["p0_z0.tif", "p0_z1.tif", "p1_z0.tif"], ["z0_p0_mask.tif", "z1_p0_mask.tif", "z0_p1_mask.tif"]),
      (["run1_frame2.tif", "run2_frame1.tif"], ["frame2_run1.tif", "frame1_run2.tif"]),
      (["r0_c1.tif", "r1_c0.tif", "r1_c1.tif"], ["col1_row0.tif", "col0_row1.tif", "col1_row1.tif"]),
      (["t1_p0.tif", "t0_p1.tif"], ["time1_pos0.tif", "time0_pos1.tif"]),
    ])
  func numbers(images: [String], labels: [String]) throws {
    #expect(try files.pairs(images, labels) == Dictionary(uniqueKeysWithValues: zip(images, labels)))
  }

  @Test("results of a segmentation beside its images are no images, whatever the labels are called")
  func ownResults() throws {
    let results = ["x-labels.png", "x-probabilities.tif", "y-instances.tif", "y-overlay.png"]
    try files.make((["x.png", "y.png"] + results).map { "images/\($0)" })
    try files.make(["labels/x-labels.tif", "labels/y-labels.tif"])
    let found = try pairedFiles(images: folder("images"), labels: folder("labels"))
    #expect(found.pairs.map(\.images) == [[folder("images/x.png")], [folder("images/y.png")]])
    #expect(found.notes.count == 1)
    #expect(
      found.notes[0].contains(
        "4 files left out: x-labels.png and 3 more (a result of an earlier segmentation)"))
    // As results to be evaluated they are what is named.
    let predictions = folder("images/*-instances.tif")
    try files.make(["truth/y.tif"])
    let judged = try pairedFiles(images: predictions, labels: folder("truth"), areResults: true)
    #expect(judged.pairs.map(\.images) == [[folder("images/y-instances.tif")]])
  }

  @Test("results of this program beside images are no labels, unless they are named alone")
  func learntResults() throws {
    try files.make(["a", "b"].flatMap { ["d/\($0).png", "d/\($0)_cp_masks.png"] })
    for name in ["a", "b"] { try folder.write([grey(4, 4) { Float($0 % 2) }], "d/\(name)-labels.png") }
    for (images, labels) in [("d", "d"), ("d/?.png", "d/*s.png"), ("d/*.png", "d/*s.png")] {
      let found = try pairedFiles(images: folder(images), labels: folder(labels))
      #expect(
        found.pairs.map(\.labels) == ["a", "b"].map { [folder("d/\($0)_cp_masks.png")] },
        "\(images) \(labels)")
      #expect(!found.notes.isEmpty && found.notes.allSatisfy { $0.contains("left out") }, "\(found.notes)")
    }
    let pseudo = try pairedFiles(images: folder("d/?.png"), labels: folder("d/*-labels.png"))
    #expect(pseudo.pairs.count == 2 && pseudo.notes.count == 1)
    #expect(pseudo.notes[0].contains("2 of 2 files of labels were written by a segmentation of swift-unet"))
    // In a folder of labels they may be meant; of two the other is advised.
    try files.make(["l/a_corrected.png", "l/b_corrected.png"])
    for name in ["a", "b"] { try folder.write([grey(4, 4) { Float($0 % 2) }], "l/\(name)-labels.png") }
    let said = complaint(in: folder) { _ = try pairedFiles(images: folder("d/?.png"), labels: folder("l")) }
    #expect(said.contains("has two labels") && said.contains("such as l/*_corrected.png"), "\(said)")
  }

  @Test("files of one name in several folders are told with what tells them apart")
  func toldApart() throws {
    let names = ["A/w1/f0", "A/w1/f1", "B/w1/f0", "B/w1/f1"]
    try files.make(names.map { "i/exp\($0).tif" } + names.dropLast(2).map { "l/exp\($0).tif" })
    #expect(
      try pairedFiles(images: folder("i"), labels: folder("l")).notes == [
        "\(folder("i")): 2 of 4 images have no labels and are left out: expB/w1/f0.tif, expB/w1/f1.tif"
      ])
    let said = complaint(in: folder) {
      _ = try pairedFiles(images: folder("i/**/*.tif"), labels: folder("l"))
    }
    #expect(
      said.hasPrefix("i/**/*.tif matches no file: ** means no more than *; name the folder i"), "\(said)")
  }

  @Test("segmentations of the labels themselves are no predictions of their images")
  func segmentedLabels() throws {
    try files.make(["d/img_0.tif", "d/img_0_label.tif", "d/img_1_label.tif"])
    try files.make(["img_0", "img_0_label", "img_1", "img_1_label"].map { "r/\($0)-instances.tif" })
    let found = try pairedFiles(
      images: folder("r/*-instances.tif"), labels: folder("d/*_label.tif"), areResults: true)
    #expect(found.pairs.map(\.images) == ["img_0", "img_1"].map { [folder("r/\($0)-instances.tif")] })
    #expect(found.notes.count == 1 && found.notes[0].contains("(a segmentation of the labels)"))
    // Where there are no others, they are what is meant.
    let only = try pairedFiles(
      images: folder("r/*_label-instances.tif"), labels: folder("d/*_label.tif"), areResults: true)
    #expect(only.pairs.count == 2 && only.notes.isEmpty)
  }

  @Test("names that pair by numbers though labels of the image's own name lie beside are noted")
  func otherPatterns() throws {
    let names = ["ctrl_1", "ctrl_2", "drug_1", "drug_2"]
    try files.make(names.flatMap { ["d/\($0).png", "d/\($0)_cp_masks.png", "r/\($0)-labels.png"] })
    let notes = try pairedFiles(
      images: folder("r/drug*"), labels: folder("d/ctrl*_cp_masks.png"), areResults: true
    ).notes
    #expect(
      notes.count == 1 && notes[0].contains("drug_1_cp_masks.png has its name: are both patterns right?"))
    let training = try pairedFiles(images: folder("d/drug_?.png"), labels: folder("d/ctrl*_cp_masks.png"))
    #expect(training.notes.count == 1, "\(training.notes)")
    let right = try pairedFiles(images: folder("d/*.png"), labels: folder("d/*_cp_masks.png"))
    #expect(right.notes.isEmpty, "\(right.notes)")
    // Images beside their masks are no truth.
    let whole = try pairedFiles(images: folder("r"), labels: folder("d"), areResults: true)
    #expect(whole.pairs.map(\.labels) == names.map { [folder("d/\($0)_cp_masks.png")] })
    #expect(
      whole.notes.count == 1 && whole.notes[0].contains("ctrl_1.png and 3 more (an image)"), "\(whole.notes)")
    // As the Cell Tracking Challenge has them, results and images of the same names beside them.
    try files.make(["c/t1.tif", "c/t1-instances.tif", "g/man_seg1.tif", "g/man_track1.tif"])
    let tracked = try pairedFiles(images: folder("c/t1.tif"), labels: folder("g/man_seg*.tif"))
    #expect(tracked.notes.isEmpty, "\(tracked.notes)")
  }

  @Test("files of other kinds are counted and named, hidden ones, a system's and texts are not")
  func others() throws {
    try files.make(
      ["t1.tif", "t1.czi", "t2.bmp", ".hidden.czi", "Thumbs.db", "desktop.ini", "._t1.tif", "notes.txt"].map {
        "images/\($0)"
      })
    try files.make(["labels/t1.tif", "labels/t1.jpg"])
    let notes = try pairedFiles(images: folder("images"), labels: folder("labels")).notes
    #expect(
      notes == [
        "\(folder("images")): 2 files of other kinds left out: t1.czi, t2.bmp",
        "\(folder("labels")): 1 file of other kinds left out: t1.jpg",
      ])
  }

  @Test("nothing but regular files is read in a folder")
  func pipes() throws {
    try files.make(["images/t1.tif", "labels/t1.tif"])
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
    try files.make([
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
    try self.files.make(files + masks + (other == folderOfMasks ? [] : [other + "77.png"]))
    let found = try pairedFiles(images: folder(images), labels: folder(labels)).pairs
    #expect(found.map(\.images) == files.map { [folder($0)] })
    #expect(found.first?.labels == masks.map(folder.callAsFunction))
  }

  @Test("results in a tree and their folders of masks")
  func resultsOfSamples() throws {
    try files.make(
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
    try files.make(names.flatMap { ["i/t\($0).tif", "l/man_seg\($0).tif"] })
    let pairs = try pairedFiles(images: folder("i"), labels: folder("l")).pairs
    #expect(pairs.map(\.labels) == names.map { [folder("l/man_seg\($0).tif")] })
  }

  @Test("trees of folders, and images and labels in one folder")
  func trees() throws {
    try files.make(["i/p1/w1.tif", "i/p2/w1.tif", "l/p1/w1.tif", "l/p2/w1_mask.tif"])
    let tree = try pairedFiles(images: folder("i"), labels: folder("l")).pairs
    #expect(tree.map(\.labels) == [[folder("l/p1/w1.tif")], [folder("l/p2/w1_mask.tif")]])
    try files.make(["d/a.tif", "d/a_mask.tif", "d/b.tif", "d/b_mask.tif"])
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
    try files.make(names.flatMap { ["images/\($0)", "labels/\($0)"] })
    #expect(
      try pairedFiles(images: folder("images"), labels: folder("labels")).pairs.map(\.number) == numbers)
  }

  @Test("a page that is the number of two files is told with their places")
  func repeated() throws {
    try files.make(["a_1", "a_2", "b_1"].flatMap { ["images/\($0).tif", "labels/\($0).tif"] })
    let numbers = try pairedFiles(images: folder("images"), labels: folder("labels")).numbers
    #expect(numbers?.problem(0) == nil)
    #expect(try #require(numbers?.problem(1)).contains("names page 1, a number that 2 files have"))
    #expect(try #require(numbers?.problem(1)).contains("(a_1.tif is 0, b_1.tif is 2)"))
  }
}
