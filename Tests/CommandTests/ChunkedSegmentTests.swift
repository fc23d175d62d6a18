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
      _ = FileManager.default.fileExists(atPath: folder("\(output)/\(name)"), isDirectory: &isFolder)
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
    // Somewhat later each time.
    var (kills, done) = (0, false)
    for seconds in (0..<40).map({ 0.05 * pow(1.3, Double($0)) }) where !done {
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

  /// Runs until the first chunk is there, and ends then.
  private func begin(_ image: String, _ more: [String], model: String? = nil, until chunk: String) throws {
    let arguments =
      ["segment", model ?? self.model, image, "--output", folder("o"), "--device", "cpu"] + more
    let script =
      """
      "$@" & work=$!
      until [ -n "$(find '\(folder("o"))' -path '*\(chunk)' 2> /dev/null)" ]; do sleep 0.02; kill -0 $work || exit 9; done
      kill -KILL $work; wait $work
      """
    try #require(try UnetCommand.run(arguments, in: script).status == 137)
  }

  /// A copy of the image is the image; another image, part or model is not, and is told so.
  @Test func workIsOfAnImageAndAModel() throws {
    let image = try folder.write([noise(2200, 2300)], "a.tif")
    let more = ["--write", "labels", "--format", "ome-zarr"]
    try begin(image, more, until: "/0/0/0")
    let bytes = try folder.bytes("a.tif")
    try FileManager.default.removeItem(atPath: image)
    try folder.write(Array(bytes), "a.tif")
    let other = try TinyExperiment.trained.get().model
    expectError(
      try segment(image, to: "o", more, model: other), status: 1, naming: "by another model", "--overwrite")
    try folder.write([noise(2200, 2300, seed: 2)], "a.tif")
    expectError(try segment(image, to: "o", more), status: 1, naming: "by another image", "--overwrite")
    try folder.write(Array(bytes), "a.tif")
    let outcome = try segment(image, to: "o", more)
    #expect(outcome.status == 0 && outcome.messages.contains("are there from before"), "\(outcome.messages)")
    #expect(try contents("o").keys.allSatisfy { $0.hasPrefix("a-labels.ome.zarr/") })
  }

  /// A chunk that a power failure has cut is removed with a word, and made again.
  @Test func aDamagedChunkIsMadeAgain() throws {
    let image = try folder.write([noise(2200, 2300)], "a.tif")
    let more = ["--write", "labels", "--format", "ome-zarr"]
    try begin(image, more, until: "/0/0/0")
    let chunk = try #require(try contents("o").keys.first { $0.hasSuffix("/0/0/0") })
    try folder.write(Array(try folder.bytes("o/\(chunk)").prefix(20)), "o/\(chunk)")
    expectError(try segment(image, to: "o", more), status: 1, naming: "had a damaged chunk", "again")
    let outcome = try segment(image, to: "o", more)
    #expect(outcome.status == 0, "\(outcome.messages)")
    try #require(try segment(image, to: "whole", more).status == 0)
    #expect(try contents("o") == contents("whole"))
  }

  /// So is one that is missing, of any channel and at any stage, and what was made of it stays as it was.
  @Test(arguments: ["cut", "removed"]) func aDamagedChunkOfAnyStageIsMadeAgain(how: String) throws {
    let image = try folder.write([noise(1100, 1200)], "a.tif")
    let more = ["--write", "probabilities,labels,instances", "--format", "pyramid"]
    let three = try TinyExperiment.trainedOnThreeClasses.get().model
    try begin(image, more, model: three, until: "/instances.ome.zarr/1/0/0/0")
    let names = try contents("o").keys
    for chunk in ["probabilities.ome.zarr/0/0/0/0", "labels.ome.zarr/0/1/0", "instances.ome.zarr/0/0/0/1"]
      + ["labels.ome.zarr/1/0/0"]
    {
      let path = try #require(names.first { $0.hasSuffix(".work/\(chunk)") })
      try FileManager.default.removeItem(atPath: folder("o/\(path)"))
      if how == "cut" { try folder.write([2, 1, 33], "o/\(path)") }
    }
    var outcome = try segment(image, to: "o", more, model: three)
    for _ in 0..<(how == "cut" ? 4 : 0) where outcome.status != 0 {
      expectError(outcome, status: 1, naming: "had a damaged chunk")
      outcome = try segment(image, to: "o", more, model: three)
    }
    #expect(outcome.status == 0, "\(outcome.messages)")
    try #require(try segment(image, to: "whole", more, model: three).status == 0)
    #expect(try contents("o") == contents("whole"))
  }

  /// What was begun is another's also where results are only added.
  @Test func addedResultsClearNoOtherWork() throws {
    let image = try folder.write([noise(2200, 2300)], "a.tif")
    let more = ["--format", "ome-zarr", "--missing", "--write"]
    try #require(try segment(image, to: "o", more + ["labels"]).status == 0)
    try begin(image, more + ["labels,probabilities"], until: "/probabilities.ome.zarr/0/0/0")
    let before = try contents("o")
    expectError(
      try segment(image, to: "o", more + ["labels,probabilities", "--threshold", "0.3"]), status: 1,
      naming: "by other options", "--overwrite")
    #expect(try contents("o") == before)
    try #require(try segment(image, to: "o", more + ["labels,probabilities"]).status == 0)
    #expect(
      try contents("o").keys.allSatisfy {
        $0.hasPrefix("a-labels.ome.zarr/") || $0.hasPrefix("a-probabilities.ome.zarr/")
      })
  }

  /// Results among images are left out, and what somebody has put into one is not replaced.
  @Test func foldersOfResultsAreNoImages() throws {
    let image = try folder.write([noise(60, 70)], "o/a.tif")
    let more = ["--write", "labels", "--format", "ome-zarr"]
    for _ in 0..<2 {
      let outcome = try UnetCommand.run(
        ["segment", model, folder("o"), "--output", folder("o"), "--device", "cpu", "--missing"] + more)
      #expect(outcome.status == 0, "\(outcome.messages)")
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder("o")).sorted()
    #expect(names == ["a-labels.ome.zarr", "a.tif"])
    try folder.write("mine", "o/a-labels.ome.zarr/labels/.zattrs")
    expectError(
      try segment(image, to: "o", more + ["--overwrite"]), status: 1,
      naming: "was not written by this program")
    #expect(try folder.text("o/a-labels.ome.zarr/labels/.zattrs") == "mine")
  }

  /// What somebody has put where work is to grow, or where a result is to go, stays.
  @Test func whatIsNotOursStays() throws {
    let image = try folder.write([noise(2200, 2300)], "a.tif")
    let more = ["--write", "labels", "--format", "ome-zarr"]
    try begin(image, more, until: "/0/0/0")
    let work = try #require(
      try FileManager.default.contentsOfDirectory(atPath: folder("o")).first { $0.hasSuffix(".work") })
    try FileManager.default.removeItem(atPath: folder("o/\(work)"))
    try folder.write("mine", "o/\(work)/sub/mine.txt")
    expectError(
      try segment(image, to: "o", more), status: 1, naming: "was not made by this program", "--output")
    #expect(try folder.text("o/\(work)/sub/mine.txt") == "mine")
    try FileManager.default.removeItem(atPath: folder("o/\(work)"))
    try FileManager.default.createSymbolicLink(
      atPath: folder("o/a-labels.ome.zarr"), withDestinationPath: "nowhere")
    expectError(try segment(image, to: "o", more), status: 1, naming: "is a link")
  }

  @Test func longNamesAreNames() throws {
    let name = String(repeating: "я", count: 90)
    let image = try folder.write([noise(60, 70)], "\(name).png")
    let outcome = try segment(image, to: "o", ["--write", "labels", "--format", "pyramid"])
    #expect(outcome.status == 0, "\(outcome.messages)")
    #expect(try contents("o").keys.sorted() == ["\(name)-labels.tif"])
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

  /// A level of a pyramid is an image, by OpenSlide as by OME-Zarr; outlines are places of the largest level.
  @Test(.enabled(if: SlideView.isPossible, "there is no OpenSlide (apt-get install libopenslide0)"))
  func levelsAreImages() throws {
    let image = try folder.write([noise(1300, 2200)], "a.tif")
    for format in ["pyramid", "ome-zarr"] {
      try #require(try segment(image, to: format, ["--write", "labels", "--format", format]).status == 0)
    }
    let write = ["--write", "labels,outlines"]
    let level = try segment(folder("ome-zarr/a-labels.ome.zarr"), to: "zarr", write + ["--level", "1"])
    try #require(level.status == 0, "\(level.messages)")
    let slide = try segment(folder("pyramid/a-labels.tif"), to: "slide", write + ["--level", "1"])
    try #require(slide.status == 0, "\(slide.messages)")
    #expect(slide.messages.contains("level 1 of 2, 1100×650 pixels"))
    #expect(
      try folder.bytes("slide/a-labels-labels.png") == folder.bytes("zarr/a-labels-labels.png"))
    func places(_ path: String) throws -> [Double] {
      let text = try folder.text(path).replacing(/"properties": .*/, with: "")
      return text.split { !"0123456789.-".contains($0) }.compactMap { Double($0) }
    }
    let (own, ofSlide) = (
      try places("zarr/a-labels-outlines.geojson"), try places("slide/a-labels-outlines.geojson")
    )
    #expect(own.count > 100 && own == ofSlide)
    // A part is moved by where it lies, of every kind of image.
    try folder.write(
      try ImageFile.read(folder("pyramid/a-labels.tif")).map {
        Image(height: $0.height, width: $0.width, format: .uint16, pixels: $0.pixels)
      }, "deep/a-labels.tif")
    for (at, image) in ["pyramid/a-labels.tif", "ome-zarr/a-labels.ome.zarr", "deep/a-labels.tif"]
      .enumerated()
    {
      let part = try segment(
        folder(image), to: "part\(at)", ["--write", "outlines,labels", "--region", "200,100,300,400"])
      try #require(part.status == 0, "\(part.messages)")
      let found = try places("part\(at)/a-labels-outlines.geojson")
      let (columns, rows) = (
        stride(from: 0, to: found.count - 1, by: 2).map { found[$0] },
        stride(from: 1, to: found.count, by: 2).map { found[$0] }
      )
      #expect(columns.allSatisfy { 200...500 ~= $0 } && rows.allSatisfy { 100...500 ~= $0 })
      let page = try #require(try ImageFile.read(folder("part\(at)/a-labels-labels.png")).first)
      #expect((page.height, page.width) == (400, 300))
      #expect(try folder.bytes("part\(at)/a-labels-labels.png") == folder.bytes("part0/a-labels-labels.png"))
    }
    expectError(
      try segment(folder("ome-zarr/a-labels.ome.zarr"), to: "far", ["--region", "2000,0,300,300"]), status: 1,
      naming: "the part 2000,0,300,300 ends beyond them", "--region")
  }

  /// What fails before its first chunk leaves nothing.
  @Test func whatCannotBeginLeavesNothing() throws {
    let colour = try folder.write([noise(60, 70, channels: 3)], "a.png")
    expectError(
      try segment(colour, to: "o", ["--format", "ome-zarr"]), status: 1, naming: "has 3 channels")
    expectError(
      try segment(colour, to: "o", ["--format", "ome-zarr", "--tissue"]), status: 1, naming: "3 channels")
    #expect(try contents("o").isEmpty)
    let grey = try folder.write([noise(60, 70)], "b.png")
    expectError(
      try segment(grey, to: "o", ["--format", "ome-zarr", "--tissue"]), status: 1,
      naming: "no colours of 8 bits",
      "--tissue")
    expectError(
      try segment(grey, to: "o", ["--tissue"]), status: 1, naming: "choose pyramid or ome-zarr", "--format")
    #expect(try contents("o").isEmpty)
  }
}
