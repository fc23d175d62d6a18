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
    #expect(outcome.messages.hasPrefix("note: 2 results of an earlier run are left out, such as "))
    // Without its image a file of such a name is one.
    try write("other/x-labels.png")
    expect(try segment("other", output: "others"), "x-labels-labels.png", below: "others")
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
      let note = "note: a result of an earlier run is left out: \(folder("beside/a/x-labels.png"))\n"
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
    #expect(glob.messages == "note: \(folder("tree/a/y.tif")) is a link to nothing: it is left out\n")
    let outcome = try segment("tree")
    expect(outcome, "a/x-labels.png")
    #expect(outcome.messages.hasPrefix("note: \(folder("tree"))/"), "\(outcome.messages)")
    #expect(outcome.messages.hasSuffix(": it is left out, and so is another\n"))
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
