import Foundation
import Testing
import UNetImages
import UNetTestSupport

/// `unet segment --format`: results chunk by chunk, with the numbers of those row by row.
@Suite struct ChunkedSegmentTests {
  private let folder: TemporaryFolder
  private let model: String

  init() throws {
    (folder, model) = (try TemporaryFolder(), try TinyExperiment.trainedOnInstances.get().model)
  }

  private static let results = "probabilities,labels,logits,instances"
  private static let instances = [
    "--seed-threshold", "0.55", "--smallest-area", "5", "--grow", "2", "--fill-holes",
  ]

  private func segment(_ image: String, to output: String, _ more: [String], model: String? = nil) throws
    -> UnetCommand.Outcome
  {
    try UnetCommand.run(
      ["segment", model ?? self.model, image, "--output", folder(output), "--device", "cpu"] + more)
  }

  /// Every file below a folder, by its path, with its bytes.
  private func contents(_ output: String) throws -> [String: [UInt8]] {
    let names = try #require(FileManager.default.enumerator(atPath: folder(output))).compactMap {
      $0 as? String
    }
    var files: [String: [UInt8]] = [:]
    for name in names {
      var isFolder: ObjCBool = false
      FileManager.default.fileExists(atPath: folder("\(output)/\(name)"), isDirectory: &isFolder)
      if !isFolder.boolValue { files[name] = Array(try folder.bytes("\(output)/\(name)")) }
    }
    return files
  }

  private func pixels(_ path: String) throws -> [[Float]] {
    // Channels of a picture are pages where they were written row by row.
    try ImageFile.read(path).flatMap { image in
      (0..<image.channels).map { channel in
        stride(from: channel, to: image.pixels.count, by: image.channels).map { image.pixels[$0] }
      }
    }
  }

  @Test(arguments: [
    ("pyramid", "tif", []), ("ome-zarr", "ome.zarr", []), ("ome-zarr-0.5", "ome.zarr", []),
    ("ome-zarr", "ome.zarr", instances),
  ])
  func everyFormatHasTheSameNumbers(format: String, ending: String, more: [String]) throws {
    let image = try folder.write([noise(1300, 2200)], "a.tif")
    let rows = try segment(image, to: "rows", ["--write", Self.results, "-q"] + more)
    try #require(rows.status == 0, "\(rows.messages)")
    let chunks = try segment(image, to: "chunks", ["--write", Self.results, "--format", format, "-q"] + more)
    try #require(chunks.status == 0, "\(chunks.messages)")
    for word in Self.results.split(separator: ",") {
      let path = folder("chunks/a-\(word).\(ending)")
      #expect(chunks.output.contains("\(path)\n"))
      let expected = try pixels(folder("rows/a-\(word).\(word == "labels" ? "png" : "tif")"))
      #expect(try pixels(path) == expected, "\(word)")
    }
    #expect(try contents("chunks").keys.allSatisfy { !$0.hasPrefix(".") })
  }

  /// Lists of instances are the same files.
  @Test(arguments: [[], instances]) func listsAreTheSame(more: [String]) throws {
    let image = try folder.write([noise(1000, 1100)], "a.tif")
    let words = ["--write", "outlines,rois,measurements"] + more
    for format in ["pictures", "ome-zarr"] {
      let outcome = try segment(image, to: format, words + ["--format", format])
      try #require(outcome.status == 0, "\(outcome.messages)")
    }
    #expect(
      try contents("pictures").keys.sorted() == ["a-measurements.csv", "a-outlines.geojson", "a-rois.zip"])
    #expect(try contents("ome-zarr") == contents("pictures"))
    // Of stacks and classes, too.
    let three = try TinyExperiment.trainedOnThreeClasses.get().model
    let stack = try folder.write((0..<2).map { noise(70, 90, seed: $0) }, "b.tif")
    for format in ["pictures", "ome-zarr"] {
      let outcome = try segment(stack, to: "stack-\(format)", words + ["--format", format], model: three)
      try #require(outcome.status == 0, "\(outcome.messages)")
    }
    #expect(try contents("stack-ome-zarr") == contents("stack-pictures"))
  }

  /// Levels are halves: of numbers that name something the first of four, of others their mean.
  @Test func levelsAreHalves() throws {
    let image = try folder.write([noise(1301, 1101)], "a.tif")
    let outcome = try segment(image, to: "o", ["--write", "probabilities,labels", "--format", "ome-zarr"])
    try #require(outcome.status == 0, "\(outcome.messages)")
    for word in ["probabilities", "labels"] {
      func level(_ number: Int) throws -> Image {
        try #require(try ImageFile.read(folder("o/a-\(word).ome.zarr/\(number)")).first)
      }
      let (whole, half) = (try level(0), try level(1))
      #expect((half.height, half.width) == (651, 551))
      for y in 0..<half.height {
        for x in 0..<half.width {
          let rows = [2 * y, 2 * y + 1].filter { $0 < 1301 },
            columns = [2 * x, 2 * x + 1].filter { $0 < 1101 }
          let four = rows.flatMap { row in columns.map { whole.pixels[row * 1101 + $0] } }
          let expected = word == "labels" ? four[0] : four.reduce(0, +) / Float(four.count)
          guard half.pixels[y * 551 + x] != expected else { continue }
          Issue.record("\(word) at \(y), \(x)")
          return
        }
      }
    }
  }

  /// Frames and slices are axes; every class has a channel; the size of a pixel is carried over.
  @Test func pagesAreAxes() throws {
    let three = try TinyExperiment.trainedOnThreeClasses.get().model
    let image = try folder.write((0..<3).map { noise(40, 50, seed: $0) }, "a.tif")
    let outcome = try segment(
      image, to: "o", ["--write", "probabilities,instances", "--format", "ome-zarr"], model: three)
    try #require(outcome.status == 0, "\(outcome.messages)")
    let rows = try segment(image, to: "rows", ["--write", "probabilities,instances"], model: three)
    try #require(rows.status == 0, "\(rows.messages)")
    let text = try folder.text("o/a-probabilities.ome.zarr/0/.zarray")
    for number in ["3,\n    3,\n    40,\n    50", "\"<f4\"", "\"zstd\""] {
      #expect(text.contains(number), "\(text)")
    }
    // Channel after channel here, page after page there.
    let found = try ImageFile.read(folder("o/a-probabilities.ome.zarr"))
    #expect(found.count == 3 && found.allSatisfy { $0.channels == 3 })
    #expect(
      try pixels(folder("o/a-probabilities.ome.zarr")) == pixels(folder("rows/a-probabilities.tif")))
    #expect(try pixels(folder("o/a-instances.ome.zarr")) == pixels(folder("rows/a-instances.tif")))
  }

  @Test(arguments: ["ome-zarr", "pyramid"])
  func afterAKillItGoesOn(format: String) throws {
    let image = try folder.write([noise(1300, 2200)], "a.tif")
    let more = ["--write", Self.results, "--format", format] + Self.instances
    let whole = try segment(image, to: "whole", more)
    try #require(whole.status == 0, "\(whole.messages)")
    // One more file each time: every write is a place to die at.
    var (kills, done) = (0, false)
    for seconds in stride(from: 0.05, to: 60, by: 0.15) where !done {
      let arguments = ["segment", model, image, "--output", folder("o"), "--device", "cpu"] + more
      let outcome = try UnetCommand.run(arguments, in: "exec timeout -s KILL \(seconds) \"$@\"")
      done = outcome.status == 0
      kills += done ? 0 : 1
    }
    #expect(kills > 1)
    #expect(try contents("o") == contents("whole"))
  }

  @Test func otherWorkThatWasBegunIsKept() throws {
    let image = try folder.write([noise(1300, 2200)], "a.tif")
    let begun = ["--write", "labels", "--format", "ome-zarr"]
    var seconds = 0.3
    while true {
      let arguments = ["segment", model, image, "--output", folder("o"), "--device", "cpu"] + begun
      let outcome = try UnetCommand.run(arguments, in: "exec timeout -s KILL \(seconds) \"$@\"")
      try #require(outcome.status != 0)
      if try contents("o").keys.contains(where: { $0.hasSuffix("/0/0/0") }) { break }
      seconds *= 1.2
    }
    let before = try contents("o")
    expectError(
      try segment(image, to: "o", begun + ["--threshold", "0.3"]), status: 1,
      naming: "holds the beginning of",
      "--overwrite")
    #expect(try contents("o") == before)
    let replaced = try segment(image, to: "o", begun + ["--threshold", "0.3", "--overwrite"])
    #expect(replaced.status == 0, "\(replaced.messages)")
    #expect(try contents("o").keys.allSatisfy { $0.hasPrefix("a-labels.ome.zarr/") })
  }

  @Test func whatIsThereIsReplacedOnlyWhereAsked() throws {
    let image = try folder.write([noise(60, 70)], "a.tif")
    let more = ["--write", "labels", "--format", "ome-zarr"]
    try #require(try segment(image, to: "o", more).status == 0)
    let before = try contents("o")
    expectError(
      try segment(image, to: "o", more + ["--threshold", "0.2"]), status: 1, naming: "is there already",
      "--overwrite")
    let kept = try segment(image, to: "o", more + ["--missing"])
    #expect(kept.status == 0 && kept.messages.contains("1 of 1 images have their results already"))
    #expect(try contents("o") == before)
    #expect(try segment(image, to: "o", more + ["--threshold", "0.2", "--overwrite"]).status == 0)
    #expect(try contents("o") != before)
    // A folder of somebody else's stays.
    try folder.write("mine", "p/a-labels.ome.zarr/.zattrs")
    expectError(
      try segment(image, to: "p", more + ["--overwrite"]), status: 1,
      naming: "was not written by this program")
    #expect(try folder.text("p/a-labels.ome.zarr/.zattrs") == "mine")
  }

  @Test func whatAFormatCannotHoldIsSaid() throws {
    let image = try folder.write([noise(60, 70)], "a.tif")
    expectError(
      try segment(image, to: "o", ["--write", "overlay", "--format", "ome-zarr"]), status: 1,
      naming: "has overlay as pictures alone", "--write", "--format")
    let stack = try folder.write((0..<2).map { noise(60, 70, seed: $0) }, "b.tif")
    expectError(
      try segment(stack, to: "o", ["--format", "pyramid"]), status: 1, naming: "has 2 pages", "ome-zarr")
    let uneven = try folder.write([noise(60, 70), noise(70, 60)], "c.tif")
    expectError(
      try segment(uneven, to: "o", ["--format", "ome-zarr"]), status: 1, naming: "several sizes")
  }
}
