import Foundation
import Testing
import UNetImages
import UNetTestSupport

/// No verb replaces an input, nor, unasked, another file; asked, it does.
@Suite struct OutputTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func expectRefusal(_ arguments: [String], of file: String, naming flags: String...) throws {
    let before = try folder.bytes(file)
    expectError(try UnetCommand.run(arguments), status: 1, naming: [folder(file), "another place"] + flags)
    #expect(try folder.bytes(file) == before)
  }

  @Test func synthesizeKeepsTheUsersImages() throws {
    try folder.write("annotated by hand", "labels.tif")
    let arguments = ["synthesize", "cells", "--output", folder.path, "--count", "1", "--size", "64"]
    try expectRefusal(arguments, of: "labels.tif", naming: "(--overwrite, --output)")
    #expect(folder.files == ["labels.tif"])
    #expect(try UnetCommand.run(arguments + ["--overwrite"]).status == 0)
    #expect(try ImageFile.read(folder("labels.tif")).count == 1)
  }

  @Test func evaluateKeepsWhatItReadsAndEarlierTables() throws {
    try folder.write([plain(255, 8, 8).with(0, row: 2, column: 2)], "truth.tif")
    try FileManager.default.createSymbolicLink(atPath: folder("link.csv"), withDestinationPath: "truth.tif")
    let arguments = ["evaluate", "--truth", folder("truth.tif"), "--prediction", folder("truth.tif")]
    for (flag, file) in [("--table", "truth.tif"), ("--curve", "truth.tif"), ("--table", "link.csv")] {
      try expectRefusal(arguments + [flag, folder(file), "--overwrite"], of: file, naming: "(\(flag))")
    }
    try folder.write("earlier", "table.csv")
    let table = arguments + ["--table", folder("table.csv")]
    try expectRefusal(table, of: "table.csv", naming: "(--overwrite, --table)")
    #expect(try UnetCommand.run(table + ["--overwrite"]).status == 0)
    #expect(try folder.text("table.csv").hasPrefix("threshold,"))
  }

  @Test func aWeightMapNeverReplacesItsLabels() throws {
    try folder.write([plain(255, 8, 8)], "labels.tif")
    try folder.write("earlier", "w.tif")
    let arguments = ["weight-map", folder("labels.tif"), "--kind", "membranes", "--output"]
    try expectRefusal(
      arguments + [folder("labels.tif"), "--overwrite"], of: "labels.tif", naming: "an input", "(--output)")
    try expectRefusal(arguments + [folder("w.tif")], of: "w.tif", naming: "(--overwrite, --output)")
    #expect(try UnetCommand.run(arguments + [folder("w.tif"), "--overwrite"]).status == 0)
  }

  @Test func segmentKeepsEarlierResults() throws {
    let model = try TinyExperiment.trained.get().model
    try folder.write([noise(50, 40)], "a.png")
    try folder.write([plain(7, 5, 5)], "results/a-labels.png")
    let arguments = [
      "segment", model, folder("a.png"), "--output", folder("results"), "--device", "cpu",
    ]
    try expectRefusal(arguments, of: "results/a-labels.png", naming: "(--overwrite, --output)")
    #expect(folder.files == ["a.png", "results/a-labels.png"])
    #expect(try UnetCommand.run(arguments + ["--overwrite"]).status == 0)
    #expect(try ImageFile.read(folder("results/a-labels.png")).map(\.height) == [50])
  }

  @Test func augmentKeepsEarlierPicturesAndItsImages() throws {
    let tiny = try TinyExperiment()
    let arguments = ["augment", tiny.file, "--count", "1", "--output", folder.path]
    try folder.write("earlier", "sample-0.png")
    try expectRefusal(arguments, of: "sample-0.png", naming: "(--overwrite, --output)")
    try folder.write([noise(64, 64)], "sample-0.png")
    try folder.write([plain(255, 64, 64).with(0, row: 2, column: 2)], "labels.tif")
    let images = [
      "--set", "data.images=\(folder("sample-0.png"))", "--set", "data.labels=\(folder("labels.tif"))",
      "--set", "data.hold-out=none", "--overwrite",
    ]
    try expectRefusal(arguments + images, of: "sample-0.png", naming: "an input", "(--output)")
    #expect(try UnetCommand.run(arguments + ["--overwrite"]).status == 0)
  }
}
