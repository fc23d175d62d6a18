import Foundation
import Testing
import UNetTestSupport

/// `unet reproduce` says what is missing before it trains.
@Suite struct ReproduceErrorTests {
  @Test func withoutAFolderOfDataItAsksForOne() throws {
    let outcome = try UnetCommand.run("reproduce", "table1", "--device", "cpu")
    expectError(outcome, status: 64, naming: "--data", "UNET_DATA", "isbi2012/")
  }

  @Test(arguments: [("table1", "isbi2012/train-volume.tif"), ("table2", "ctc/"), ("ablation", "isbi2012/")])
  func aMissingImageIsNamed(table: String, file: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try UnetCommand.run(
      "reproduce", table, "--data", folder.path, "--runs", folder("runs"), "--output", folder("results"),
      "--device", "cpu")
    expectError(
      outcome, status: 1, naming: folder(file), "check the name of the folder that has \(file)", "--data")
    #expect(folder.files.isEmpty)
  }

  @Test func anImageWithOtherPixelsIsNamed() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder("isbi2012"), withIntermediateDirectories: true)
    for name in ["isbi2012/train-volume.tif", "isbi2012/train-labels.tif"] {
      try folder.write([plain(7, 8, 8)], name)
    }
    let outcome = try UnetCommand.run(
      "reproduce", "table1", "--data", folder.path, "--runs", folder("runs"), "--output", folder("results"),
      "--device", "cpu")
    expectError(outcome, status: 1, naming: folder("isbi2012/train-volume.tif"), "SHA-256", "fetch it again")
    #expect(!folder.files.contains { $0.hasPrefix("runs") || $0.hasPrefix("results") })
  }

  @Test(arguments: [
    (["table3"], "table3"), (["table1", "--seeds", "0"], "--seeds 0"),
    (["table1", "--steps", "0"], "--steps 0"), (["table1", "--budget", "tiny"], "tiny"),
  ])
  func aWrongArgumentIsNamed(arguments: [String], word: String) throws {
    expectError(try UnetCommand.run(["reproduce"] + arguments), status: 64, naming: word)
  }
}
