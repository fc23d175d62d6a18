import Testing
import UNetImages
import UNetTestSupport

/// How many channels a network has is what the images have.
@Suite struct ChannelCaseTests {
  private let scene: DiscScene
  private var folder: TemporaryFolder { scene.folder }

  init() throws { scene = try DiscScene() }

  /// An image of each of these kinds: grey, grey in three channels, or in colour.
  private func write(_ kinds: [String]) throws {
    for (number, kind) in kinds.enumerated() {
      var image = DiscScene.image(channels: kind == "grey" ? 1 : 3)
      if kind == "colour" { image = image.with(image.pixels[0] + 1, row: 0, column: 0) }
      try folder.write([image], "images/t00\(number + 1).tif")
      try folder.write([DiscScene.labels()], "labels/t00\(number + 1).tif")
    }
  }

  private func channels(_ outcome: UnetCommand.Outcome) throws -> String? {
    let text = try folder.text("run/experiment.yaml")
    return text.split(separator: "\n").first { $0.contains("channels:") }.map { $0.dropFirst(12).description }
  }

  @Test(arguments: [
    (["grey", "grey"], "1"), (["equal", "equal"], "1"), (["grey", "equal", "grey"], "1"),
    (["colour", "colour"], "3"),
    (["equal", "colour", "equal"], "3"),
  ])
  func theImagesDecide(kinds: [String], expected: String) throws {
    try write(kinds)
    let outcome = try scene.train()
    #expect(outcome.status == 0, "\(outcome.messages)")
    #expect(try channels(outcome) == expected)
    let resumed = try UnetCommand.run("train", folder("e.yaml"), "--output", folder("run"), "--resume")
    #expect(resumed.status == 0 && resumed.state == outcome.state, "\(resumed.messages)")
  }

  @Test func aGreyRunIsTheSameWhetherItsChannelsAreGivenOrFound() throws {
    try write(["grey", "equal"])
    #expect(try scene.train().state == scene.train(network: ", channels: 1").state)
  }

  @Test(arguments: [
    (
      ["grey", "colour", "grey"], "auto", "images/t002.tif",
      "has 3 channels, 1 of 3 images; the others have 1: save it as grey"
    ),
    (
      ["grey", "equal", "grey"], "3", "images/t001.tif, ",
      "have 1 channel, 2 of 3 images; network.channels is 3: set network.channels=1"
    ),
    (
      ["colour", "colour"], "1", "images/t001.tif, ",
      "have 3 channels, 2 of 2 images; network.channels is 1: set network.channels=3"
    ),
    (
      ["colour", "grey", "colour"], "auto", "images/t002.tif",
      "has 1 channel, 1 of 3 images; the others have 3: save it with 3 channels"
    ),
  ])
  func oddImagesAreCountedAndNamed(kinds: [String], wanted: String, file: String, says: String) throws {
    try write(kinds)
    expectError(
      try scene.train(network: ", channels: \(wanted)"), status: 64, naming: "\(folder(file))", says)
  }
}
