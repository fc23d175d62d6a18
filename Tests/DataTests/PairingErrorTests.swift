import Foundation
import Testing
import UNetData
import UNetTestSupport

@Suite("What is said of images and labels that do not pair")
struct PairingErrorTests {
  private let files: EmptyFiles
  private var folder: TemporaryFolder { files.folder }

  init() throws { files = try EmptyFiles() }

  @Test(
    "what may belong to two, or to none, is named",
    arguments: [
      (["a_1_2.tif", "a_2_1.tif", "x.tif"], ["1of2.tif", "2of1.tif"], "", "by another number"),
      (
        ["cell_1.tif", "cell_2.tif"], ["ann_1_of_2.tif", "ann_2_of_1.tif"],
        "labels/ann_1_of_2.tif may belong to", "cell_2"
      ),
      // Nothing says whether s is the series or z.
      (
        ["series0_pos1.tif", "series1_pos0.tif"], ["m1_z0.tif", "m0_z1.tif"],
        "labels/m0_z1.tif may belong to",
        "by its numbers in another order"
      ),
      (["a_raw.tif", "a_img.tif"], ["a_mask.tif"], "labels/a_mask.tif may belong to", "a_raw.tif"),
      (["cell.tif", "cell_1.tif"], ["cell_3_mask.tif"], "labels/cell_3_mask.tif has no image", "number 3"),
      (["a.tif"], ["a_1.tif", "a_2.tif"], "images/a.tif has two labels", "labels/a_1.tif"),
      (["a.tif", "b.tif"], ["c.tif"], "labels/c.tif has no image", "no number"),
      (
        ["scan_1_17.tif", "scan_2_18.tif"], ["truth1.tif", "truth3.tif"], "labels/truth1.tif has no image",
        "none ends with the number 1"
      ),
      (
        ["a.czi", "b.tif", "c.tif"], ["a.tif", "b.tif"],
        "labels/a.tif has no image: images/a.czi is of another kind",
        "save it as"
      ),
      (
        ["sub/a.tif", "b.tif", "c.tif"], ["a.tif", "b.tif"], "labels/a.tif has no image: images/sub/a.tif",
        "below"
      ),
      (
        ["f1.tif", "f2.tif", "f3.tif"], ["f1_anna.tif", "f2_anna.tif", "f2_ben.tif", "f3_anna.tif"],
        "images/f2.tif has two labels", "such as labels/*_anna.tif"
      ),
      (
        ["s0.tif", "s1.tif"],
        ["s0_cp_masks.png", "s0_outlines_cp_masks.png", "s1_cp_masks.png", "s1_outlines_cp_masks.png"],
        "images/s0.tif has two labels",
        "both fit labels/*_cp_masks.png; put s0_outlines_cp_masks.png and others like it into another folder"
      ),
      (
        ["cell_a.tif", "cell_b.tif"], ["cell_mask.tif"], "labels/cell_mask.tif",
        "name labels after their images"
      ),
      (["a_raw.tif", "a_img.tif"], ["a_mask.tif"], "labels/a_mask.tif", "such as images/*_img.tif"),
      (["alpha.tif"], ["alphabet.tif"], "labels/alphabet.tif has no image", "no number"),
    ])
  func ambiguous(images: [String], labels: [String], beginning: String, word: String) throws {
    let said = complaint(in: folder) { _ = try files.pairs(images, labels) }
    if beginning.isEmpty {
      #expect(said.isEmpty)
      return
    }
    #expect(said.hasPrefix(beginning) && said.contains(word), "\(said)")
  }

  @Test(
    "a number that all names share pairs nothing, and other numbers, words and folders must not differ",
    arguments: [
      ("plate1_0#.tif", "plate1_0#_mask.tif", "plate1_11_mask.tif", "none has the number 11"),
      ("20x_c1_0#.tif", "20x_c1_0#_mask.tif", "20x_c1_11_mask.tif", "none has the number 11"),
      ("exp2024_0#.tif", "exp2024_0#.png", "exp2024_11.png", "none has the number 11"),
      ("img0#_20x.tif", "img0#_20x_gt.tif", "img11_20x_gt.tif", "none has the number 11"),
      ("expA/well1/f#.tif", "expA/well1/f#.tif", "expA/well1/f9.tif", "none has the number 9"),
      ("expA/well1/f#.tif", "expA/well1/f#.tif", "expB/well1/f3.tif", "expA/well1/f3.tif"),
      ("A#.tif", "A#_mask.tif", "B3_mask.tif", "A3.tif"),
      ("20x_#a.tif", "20x_#a_mask.tif", "20x_beta_mask.tif", "no number of its own"),
    ])
  func constant(image: String, label: String, other: String, words: String) throws {
    func names(_ pattern: String, _ numbers: [Int]) -> [String] {
      numbers.map { pattern.replacingOccurrences(of: "#", with: "\($0)") }
    }
    try files.make(
      names("i/" + image, Array(1...8)) + names("l/" + label, [1, 2, 4, 5, 6, 7, 8]) + ["l/" + other])
    for areResults in [false, true] {
      let said = complaint(in: folder) {
        _ = try pairedFiles(images: folder("i"), labels: folder("l"), areResults: areResults)
      }
      #expect(said.hasPrefix("l/\(other) has no \(areResults ? "prediction" : "image")"), "\(said)")
      #expect(said.contains(words) && said.contains("i/" + names(image, [3])[0]), "\(said)")
    }
  }

  @Test("a single label of several images, and what is left of two folders")
  func few() throws {
    try files.make((1...8).map { "i/plate1_0\($0).tif" } + ["l/plate1_11_mask.tif"])
    let said = complaint(in: folder) { _ = try pairedFiles(images: folder("i"), labels: folder("l")) }
    #expect(said.contains("none has the number 11"), "\(said)")
    let pair = complaint(in: folder) {
      _ = try pairedFiles(images: folder("i/plate1_03*"), labels: folder("l"))
    }
    #expect(pair.contains("none has the number 11"), "\(pair)")
    try files.make(["A", "B"].flatMap { name in (1...3).map { "t/exp\(name)/f\($0).tif" } })
    try files.make(["A", "B"].flatMap { name in [1, 3, 4].map { "m/exp\(name)/f\($0).tif" } })
    let tree = complaint(in: folder) { _ = try pairedFiles(images: folder("t"), labels: folder("m")) }
    #expect(tree.hasPrefix("m/expA/f4.tif has no image"), "\(tree)")
    try files.make((1...3).flatMap { ["p/plate1_0\($0).tif", "q/seg2024_\($0)_20x.tif"] })
    #expect(try pairedFiles(images: folder("p"), labels: folder("q")).pairs.count == 3)
  }

  @Test("truth without a prediction: the number is another's, and the truth is to be narrowed")
  func fewerPredictions() throws {
    try files.make(["a_1", "b_1"].map { "labels/\($0)_mask.tif" } + ["r/b_1-labels.png"])
    let said = complaint(in: folder) {
      _ = try pairedFiles(images: folder("r/*-labels.png"), labels: folder("labels"), areResults: true)
    }
    #expect(
      said
        == "labels/a_1_mask.tif has no prediction: no name in r/*-labels.png is like its own, and r/b_1-labels.png, which has "
        + "the number 1, belongs to labels/b_1_mask.tif; predict its image too, or name the truth of what was predicted alone, "
        + "as by a pattern")
  }

  @Test("one of two results for each image is chosen by a pattern, which the error tells")
  func results() throws {
    try files.make(["r/t1-labels.png", "r/t1-probabilities.tif", "labels/t1.tif"])
    let said = complaint(in: folder) {
      _ = try pairedFiles(images: folder("r"), labels: folder("labels"))
    }
    #expect(said.hasPrefix("labels/t1.tif may belong to r/t1-labels.png or to r/t1-probabilities.tif"))
    #expect(said.contains("r/*-labels.png"), "\(said)")
    let files = try pairedFiles(images: folder("r/*-labels.png"), labels: folder("labels"))
    #expect(files.pairs.map(\.images) == [[folder("r/t1-labels.png")]])
  }
}
