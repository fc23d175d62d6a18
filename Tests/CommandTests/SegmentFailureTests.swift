import Foundation
import Testing
import UNetImages
import UNetTestSupport

/// Images that cannot be segmented among others, and work that ends early.
@Suite struct SegmentFailureTests {
  private let folder: TemporaryFolder
  private let model: String

  init() throws { (folder, model) = (try TemporaryFolder(), try TinyExperiment.trained.get().model) }

  @Test func badImagesAreNamedAndTheOthersDone() throws {
    try folder.write("words", "in/a-words.tif")
    try folder.write([noise(20, 20)], "in/b.tif")
    try folder.write([noise(20, 20, channels: 3)], "in/c-colour.png")
    try folder.write(
      [noise(20, 20, .float32), noise(20, 20, .float32).with(.nan, row: 1, column: 2)], "in/d-nan.tif")
    try folder.write([plain(1e38, 20, 20, .float32), noise(20, 20, .float32)], "in/e.tif")
    try folder.write([noise(20, 20)], "in/f.tif")
    let outcome = try UnetCommand.run(
      "segment", model, folder("in"), "--output", folder("out"), "--device", "cpu")
    #expect(outcome.status == 1)
    let names = ["a-words.tif", "c-colour.png", "d-nan.tif"]
    #expect(outcome.errors.count == names.count + 1, "\(outcome.messages)")
    for (error, name) in zip(outcome.errors, names) { #expect(error.contains("in/\(name) "), "\(error)") }
    #expect(
      outcome.errors.last
        == "error: 3 of 6 images could not be segmented; mend those named above, or leave them out")
    let results = ["b", "e", "f"].flatMap { name in
      ["probabilities.tif", name == "e" ? "labels.tif" : "labels.png"].map {
        "\(folder("out"))/\(name)-\($0)\n"
      }
    }
    #expect(outcome.output == results.joined())
    #expect(folder.files.filter { $0.hasPrefix("out/") }.count == 6, "\(folder.files)")
  }

  @Test func whatIsMissingIsMadeBesideResultsThatAreForeignOrCutShort() throws {
    for name in ["a", "b", "c", "d"] { try folder.write([noise(20, 20)], "set/\(name).tif") }
    func go(_ flag: String) throws -> UnetCommand.Outcome {
      try UnetCommand.run(
        "segment", model, folder("set"), "--output", folder("out"), "--device", "cpu", "--write",
        "labels,probabilities", flag)
    }
    #expect(try go("--missing").status == 0)
    let own = ForeignPNG(height: 20, width: 20).file(values: [Int](repeating: 0, count: 400))
    try folder.write(own, "out/a-labels.png")
    for name in ["out/b-labels.png", "out/c-probabilities.tif"] {
      try folder.write(Array(try folder.bytes(name).dropLast(9)), name)
    }
    try FileManager.default.removeItem(atPath: folder("out/d-labels.png"))
    let outcome = try go("--missing")
    #expect(outcome.status == 1)
    #expect(outcome.output == "\(folder("out/d-labels.png"))\n\(folder("out/d-probabilities.tif"))\n")
    for name in ["a-labels.png", "b-labels.png", "c-probabilities.tif"] {
      #expect(outcome.messages.contains("out/\(name) is damaged or was not written by this program"))
    }
    #expect(outcome.messages.contains("3 of 4 images could not be segmented"))
    expectError(try go("--overwrite"), status: 1, naming: "a-labels.png", "was not written by this program")
  }

  /// The names of results are longer than those of their images.
  @Test func aNameTooLongForItsResultsCostsNoOtherImage() throws {
    let long = "b" + String(repeating: "x", count: 240)
    for name in ["a", long, "c"] { try folder.write([noise(20, 20)], "in/\(name).tif") }
    let outcome = try UnetCommand.run(
      "segment", model, folder("in"), "--output", folder("out"), "--device", "cpu")
    #expect(outcome.status == 1)
    #expect(outcome.errors.count == 2 && outcome.errors[0].contains("too long"), "\(outcome.messages)")
    #expect(
      folder.files.filter { $0.hasPrefix("out/") }
        == ["a", "c"].flatMap { ["out/\($0)-labels.png", "out/\($0)-probabilities.tif"] }, "\(folder.files)")
  }

  /// A page of many versions goes on for seconds; the signal is heard after the next tile.
  @Test(arguments: [["--rotations", "360"], []])
  func anInterruptionWithinAPageLeavesNothing(options: [String]) throws {
    let image = try folder.write([noise(options.isEmpty ? 3000 : 200, 200)], "a.tif")
    let tiles = options.isEmpty ? ["--tile", "36"] : []
    let arguments =
      ["segment", model, image, "--output", folder("out"), "--device", "cpu"] + options + tiles
    let outcome = try UnetCommand.run(arguments, sending: SIGINT) {
      FileManager.default.fileExists(atPath: folder("out"))
    }
    #expect(outcome.status == 130, "\(outcome.messages)")
    let words = "interrupted within \(image), page 0: go on from there (--missing)"
    #expect(outcome.messages.contains(words), "\(outcome.messages)")
    #expect(outcome.output.isEmpty && folder.files == ["a.tif"], "\(folder.files)")
  }

  @Test(arguments: ["a-labels.png", "a-probabilities.tif"])
  func aResultThatCameMeanwhileStays(name: String) throws {
    let image = try folder.write([noise(3000, 200)], "a.tif")
    let path = folder("out/\(name)")
    let arguments = ["segment", model, image, "--output", folder("out"), "--device", "cpu", "--tile", "36"]
    let outcome = try UnetCommand.run(arguments, sending: 0) {
      guard FileManager.default.fileExists(atPath: folder("out")) else { return false }
      return (try? folder.write("by hand", "out/\(name)")) != nil
    }
    expectError(outcome, status: 1, naming: path)
    #expect(
      try folder.text("out/\(name)") == "by hand" && folder.files.filter { $0.hasPrefix("out/") }.count == 1)
  }

  @Test func ofTwoRunsIntoOneFolderOneIsRefused() throws {
    for number in 0..<6 { try folder.write([noise(200, 200)], "in/\(number).tif") }
    let arguments = ["segment", model, folder("in"), "--output", folder("out"), "--device", "cpu"]
    var other: UnetCommand.Outcome?
    let first = try UnetCommand.run(arguments, sending: 0) {
      guard FileManager.default.fileExists(atPath: folder("out")) else { return false }
      other = try? UnetCommand.run(arguments)
      return true
    }
    let second = try #require(other)
    #expect([first.status, second.status].sorted() == [0, 1], "\(first.messages)\(second.messages)")
    expectError(first.status == 0 ? second : first, status: 1, naming: "is there already")
  }

  /// Tiles of 30012² need 61 GB each; the limit makes that fail on any computer.
  @Test func memoryThatIsRefusedIsOneLine() throws {
    let image = try folder.write([noise(20, 20)], "a.tif")
    let outcome = try UnetCommand.run(
      ["segment", model, image, "--output", folder("out"), "--device", "cpu", "--tile", "30012"],
      in: "ulimit -v 6000000; exec \"$@\"")
    expectError(outcome, status: 1, naming: "memory", "smaller tile")
  }

  /// The plan is compared with what there is before a driver is asked for it: PoCL ends the process where it gets none.
  @Test(arguments: ["cpu", "opencl"])
  func aTileThatFitsIsNamed(device: String) throws {
    let image = try folder.write([noise(20, 20)], "a.tif")
    func segment(tile: Substring) throws -> UnetCommand.Outcome {
      try UnetCommand.run(
        ["segment", model, image, "--output", folder("out"), "--device", device, "--tile", "\(tile)"],
        in: "ulimit -v 4000000; exec \"$@\"")
    }
    let outcome = try segment(tile: "12000")
    expectError(
      outcome, status: 1, naming: "no memory for a tile of 12000", "smaller tile, such as", "(--tile)")
    let words = outcome.messages.split(separator: " ")
    let fitting = try #require(words.firstIndex(of: "as").map { words[$0 + 1] })
    #expect(try #require(Int(fitting)) > 1000)
  }

  @Test func aResultThatIsOneClassAllOverIsNoted() throws {
    let note = "note: the network says class 0 of every pixel (probability of foreground "
    let (plainImage, noisy) = (
      try folder.write([plain(7, 80, 80), plain(9, 80, 80)], "plain.tif"),
      try folder.write([noise(80, 80)], "noise.tif")
    )
    func messages(_ image: String, _ threshold: String, _ output: String) throws -> String {
      let outcome = try UnetCommand.run(
        "segment", model, image, "--output", folder(output), "--device", "cpu", "--threshold", threshold)
      #expect(outcome.status == 0, "\(outcome.messages)")
      return outcome.messages
    }
    #expect(try messages(plainImage, "0.9999", "a").components(separatedBy: note).count == 2)
    #expect(try !messages(noisy, "0.5", "b").contains(note))
    // One page that is of several classes is enough.
    let both = try UnetCommand.run(
      "segment", model, plainImage, noisy, "--output", folder("c"), "--device", "cpu")
    #expect(!both.messages.contains(note), "\(both.messages)")
  }
}
