import Foundation
import Testing
import UNetImages
import UNetTestSupport

/// Folders of folders to `unet segment`: which images are found, and where their results lie.
@Suite struct SegmentTreeTests {
  private let folder: TemporaryFolder
  private let model: String

  init() throws { (folder, model) = (try TemporaryFolder(), try TinyExperiment.trained.get().model) }

  private func write(_ names: String...) throws {
    for (seed, name) in names.enumerated() {
      try folder.write([noise(20, 20, seed: UInt64(seed + 1))], name)
    }
  }

  private func segment(_ images: String..., output: String = "out") throws -> UnetCommand.Outcome {
    try UnetCommand.run(
      ["segment", model] + images.map { folder($0) }
        + ["--output", folder(output), "--device", "cpu", "--write", "labels"])
  }

  private func expect(_ outcome: UnetCommand.Outcome, _ results: String..., below output: String = "out") {
    #expect(outcome.status == 0, "\(outcome.messages)")
    let paths = results.map { "\(folder(output))/\($0)\n" }
    #expect(outcome.output == paths.joined(), "\(outcome.messages)")
  }

  @Test func aFolderKeepsItsTreeBelowTheOutput() throws {
    try write(
      "tree/b/x.tif", "tree/a/t10.tif", "tree/a/t2.tif", "tree/a/deep/x.png", "tree/.hidden/x.tif",
      "tree/.x.tif", "tree/top.tif")
    try folder.write("not an image", "tree/a/notes.txt")
    let outcome = try segment("tree")
    expect(
      outcome, "a/deep/x-labels.png", "a/t2-labels.png", "a/t10-labels.png", "b/x-labels.png",
      "top-labels.png"
    )
    #expect(!folder.files.contains { $0.hasPrefix("out/") && $0.contains("hidden") })
  }

  @Test func resultsOfAnEarlierRunAreNoImagesWhereverTheyLie() throws {
    try write("set/x.tif", "set/y.png")
    let (first, second) = ("set/x-probabilities.tif", "set/results/y-labels.png")
    try folder.write([noise(20, 20, seed: 3)], first)
    try folder.write([noise(20, 20, seed: 4)], second)
    let outcome = try segment("set", output: "set/results-again")
    expect(outcome, "x-labels.png", "y-labels.png", below: "set/results-again")
    #expect(
      outcome.messages
        == "note: \(folder("set")): 2 files left out: results/y-labels.png (a result of an earlier segmentation), "
        + "x-probabilities.tif (a result of an earlier segmentation)\n")
  }

  @Test func resultsWithoutTheirImageAndMasksOfAnEarlierRunAreNoImages() throws {
    try write("set/t1.tif", "set/gone-probabilities.tif", "set/old/mask007.tif", "set/old/gone-labels.png")
    let foreign = ForeignPNG(height: 20, width: 20).file(values: [Int](repeating: 0, count: 400))
    try folder.write(foreign, "set/y-labels.png")
    try folder.write(foreign, "set/man_seg001.png")
    let outcome = try segment("set")
    expect(outcome, "t1-labels.png", "y-labels-labels.png")
    #expect(
      outcome.messages.contains(
        "note: \(folder("set")): 4 files left out: gone-probabilities.tif and 2 more "
          + "(a result of an earlier segmentation), man_seg001.png (labels of images)\n"))
  }

  @Test func aGlobKeepsTheFoldersThatItNames() throws {
    try write("tree/a/x.tif", "tree/b/x.tif")
    expect(try segment("tree/*/x.tif"), "a/x-labels.png", "b/x-labels.png")
    expect(try segment("tree/a/*.tif", output: "flat"), "x-labels.png", below: "flat")
    expect(try segment("tree/*", output: "folders"), "a/x-labels.png", "b/x-labels.png", below: "folders")
  }

  @Test func imagesOfOneNameKeepTheFoldersBelowTheSharedOne() throws {
    try write("p/1/x.tif", "p/2/x.tif", "p/2/y.tif")
    expect(
      try segment("p/1/x.tif", "p/2/x.tif", "p/2/y.tif"), "1/x-labels.png", "2/x-labels.png",
      "2/y-labels.png")
    expect(
      try segment("p/1", "p/2", output: "whole"), "1/x-labels.png", "2/x-labels.png", "2/y-labels.png",
      below: "whole")
    expect(
      try segment("p/1/x.tif", "p/2/y.tif", output: "flat"), "x-labels.png", "y-labels.png", below: "flat")
  }

  @Test func resultsWithinTheTreeAreNoImages() throws {
    try write("tree/a/x.tif", "beside/a/x.tif")
    for (tree, output) in [("tree", "tree/results"), ("beside", "beside")] {
      expect(try segment(tree, output: output), "a/x-labels.png", below: output)
      let again = try UnetCommand.run(
        "segment", model, folder(tree), "--output", folder(output), "--device", "cpu", "--write", "labels",
        "--overwrite")
      expect(again, "a/x-labels.png", below: output)
      let note =
        "note: \(folder("beside")): 1 file left out: a/x-labels.png (a result of an earlier segmentation)\n"
      #expect(again.messages == (tree == "beside" ? note : ""))
    }
  }

  @Test func twoImagesOfOneStemInAFolderAreNamed() throws {
    try write("tree/a/x.tif", "tree/a/x.png")
    let outcome = try segment("tree")
    expectError(outcome, status: 1, naming: "x.tif", "x.png", "the same name")
  }

  @Test func whatCannotBeReadIsNamed() throws {
    try write("tree/a/x.tif")
    try FileManager.default.createSymbolicLink(
      atPath: folder("tree/a/y.tif"), withDestinationPath: "gone.tif")
    try #require(mkfifo(folder("tree/z.tif"), 0o600) == 0)
    let glob = try segment("tree/a/*.tif", output: "glob")
    expect(glob, "x-labels.png", below: "glob")
    #expect(glob.messages == "note: \(folder("tree/a/*.tif")): 1 file left out: y.tif (a link to nothing)\n")
    let outcome = try segment("tree")
    expect(outcome, "a/x-labels.png")
    #expect(
      outcome.messages
        == "note: \(folder("tree")): 2 files left out: a/y.tif (a link to nothing), z.tif (not a file on a disk)\n"
    )
  }

  @Test func foldersOfLabelsBesideTheirImagesAreNoImages() throws {
    try write(
      "set/a/images/a.png", "set/a/masks/1.png", "set/a/masks/2.png", "set/b/images/b.png",
      "set/b/Masks/1.png")
    let outcome = try segment("set")
    expect(outcome, "a/images/a-labels.png", "b/images/b-labels.png")
    #expect(
      outcome.messages
        == "note: \(folder("set")): 3 files of labels left out: a/masks/1.png, a/masks/2.png, b/Masks/1.png\n"
    )
    try write("plates/masks/1.png")
    expect(try segment("plates", output: "plates-out"), "masks/1-labels.png", below: "plates-out")
    let glob = try segment("set/*/*", output: "glob")
    expect(glob, "a/images/a-labels.png", "b/images/b-labels.png", below: "glob")
    #expect(glob.messages.contains("3 files of labels left out"))
  }

  @Test func labelsBesideTheirImagesAreNoImagesOfAFolder() throws {
    try write(
      "set/img_1.tif", "set/img_1_label.tif", "set/img_2.tif", "set/IMG_2_cp_masks.png",
      "set/img_2_cp_outlines.png", "set/img_2_flows.tif", "set/deep/a.tif", "set/deep/mask_a.png",
      "set/deep/b-seg.png", "set/b.tif", "set/t_img.png", "set/t_gt.png")
    let outcome = try segment("set")
    // A label whose image lies elsewhere is not beside it.
    expect(
      outcome, "b-labels.png", "deep/a-labels.png", "deep/b-seg-labels.png", "img_1-labels.png",
      "img_2-labels.png", "t_img-labels.png")
    #expect(
      outcome.messages == "note: \(folder("set")): 6 files of labels left out: IMG_2_cp_masks.png, "
        + "deep/mask_a.png, img_1_label.tif, ...\n")
    expect(
      try segment("set/img_1*.tif", output: "glob"), "img_1-labels.png", "img_1_label-labels.png",
      below: "glob")
    expect(
      try segment("set/img_1.tif", "set/img_1_label.tif", output: "named"), "img_1-labels.png",
      "img_1_label-labels.png", below: "named")
  }

  @Test func whatScannersCallTIFFIsReadAndOtherKindsAreNamed() throws {
    try write("slides/x.tif")
    try FileManager.default.copyItem(atPath: folder("slides/x.tif"), toPath: folder("slides/y.svs"))
    try FileManager.default.moveItem(atPath: folder("slides/x.tif"), toPath: folder("slides/x.ndpi"))
    try folder.write("ZISRAWFILE", "slides/z.czi")
    let outcome = try segment("slides")
    expect(outcome, "x-labels.png", "y-labels.png")
    #expect(outcome.messages == "note: \(folder("slides")): 1 file of other kinds left out: z.czi\n")
  }

  @Test func onlyResultsOfThisProgramAreReplaced() throws {
    try write("set/x.tif")
    let own = ForeignPNG(height: 20, width: 20).file(values: [Int](repeating: 0, count: 400))
    try folder.write(own, "set/x-labels.png")
    for flag in ["--overwrite", "--missing"] {
      let outcome = try UnetCommand.run(
        "segment", model, folder("set/x.tif"), "--output", folder("set"), "--device", "cpu", "--write",
        "labels",
        flag)
      expectError(
        outcome, status: 1, naming: "x-labels.png", "was not written by this program", "(--output)")
      #expect(try Array(folder.bytes("set/x-labels.png")) == own)
    }
  }

  @Test func whatIsMissingIsMadeAndNothingElse() throws {
    try write("set/x.tif", "set/y.tif")
    func go(_ words: String) throws -> UnetCommand.Outcome {
      try UnetCommand.run(
        "segment", model, folder("set"), "--output", folder("out"), "--device", "cpu", "--write", words,
        "--missing")
    }
    let first = try go("labels,overlay,probabilities")
    expect(
      first, "x-labels.png", "x-overlay.png", "x-probabilities.tif", "y-labels.png", "y-overlay.png",
      "y-probabilities.tif")
    let (kept, made) = (try folder.bytes("out/x-labels.png"), try folder.bytes("out/y-labels.png"))
    try FileManager.default.removeItem(atPath: folder("out/y-overlay.png"))
    let second = try go("labels,overlay")
    expect(second, "y-labels.png", "y-overlay.png")
    #expect(second.messages == "note: 1 of 2 images have their results already\n")
    #expect(try folder.bytes("out/x-labels.png") == kept && folder.bytes("out/y-labels.png") == made)
    #expect(try go("labels").messages == "note: 2 of 2 images have their results already\n")
  }

  @Test func aModelOfOneChannelReadsPlanesOfUnstatedMeaningAsPages() throws {
    let planes = (0..<3).map { noise(20, 20, seed: UInt64($0 + 1)).pixels.map { Int($0) } }
    let file = ForeignTIFF(height: 20, width: 20).with {
      $0.description = "ImageJ=1.11a\nimages=3\nchannels=3\nhyperstack=true\nmode=grayscale"
    }
    try folder.write(file.file(planes), "x.tif")
    let outcome = try segment("x.tif")
    expect(outcome, "x-labels.tif")
    #expect(outcome.messages.contains("x.tif calls its pages channels, the model has one: its 3 pages"))
    #expect(try ImageFile.read(folder("out/x-labels.tif")).count == 3)
  }

  @Test func aCircleOfLinksIsWalkedOnce() throws {
    try write("tree/a/x.tif")
    try FileManager.default.createSymbolicLink(atPath: folder("tree/a/up"), withDestinationPath: "..")
    expect(try segment("tree"), "a/x-labels.png")
  }

  @Test func aTreeWithoutImagesIsNamed() throws {
    try folder.write("words", "tree/a/notes.txt")
    expectError(try segment("tree"), status: 1, naming: folder("tree"), "nor do the folders in it")
  }

  @Test func masksAreNumberedInEachFolder() throws {
    try write("cells/01/t1.tif", "cells/02/t1.tif")
    let outcome = try UnetCommand.run(
      "segment", model, folder("cells"), "--output", folder("out"), "--device", "cpu", "--write", "masks")
    expect(outcome, "01/mask001.tif", "02/mask001.tif")
  }
}
