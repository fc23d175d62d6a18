import Foundation
import Testing
import UNetImages
import UNetTestSupport

/// Lists of instances that `unet segment` writes.  `Tests/FixtureScripts/check_objects.py` reads them by other programs.
@Suite struct SegmentObjectsTests {
  private let folder: TemporaryFolder
  private let model: String
  private let names = ["x-outlines.geojson", "x-rois.zip", "x-measurements.csv"]

  init() throws {
    (folder, model) = (try TemporaryFolder(), try TinyExperiment.trained.get().model)
    try folder.write([noise(40, 30, seed: 1), noise(40, 30, seed: 2)], "x.tif")
  }

  private func segment(_ words: String, _ more: String...) throws -> UnetCommand.Outcome {
    try UnetCommand.run(
      [
        "segment", model, folder("x.tif"), "--output", folder("out"), "--device", "cpu", "--write", words,
        "--threshold", "0.5",
      ] + more)
  }

  @Test func eachListHasTheInstances() throws {
    let outcome = try segment("instances,outlines,rois,measurements")
    #expect(outcome.status == 0, "\(outcome.messages)")
    let ids = try ImageFile.read(folder("out/x-instances.tif")).map(\.pixels)
    let counts = ids.map { Int($0.max() ?? 0) }
    #expect(counts.allSatisfy { $0 > 0 })
    let rows = try folder.text("out/\(names[2])").split(separator: "\n").map { $0.split(separator: ",") }
    #expect(
      rows.count == 1 + counts[0] + counts[1] && rows[0].prefix(4) == ["page", "class", "instance", "area"])
    for row in rows.dropFirst() {
      let (page, id) = (try #require(Int(row[0])), try #require(Float(row[2])))
      #expect(ids[page].count { $0 == id } == Int(row[3]))
    }
    let json = try JSONSerialization.jsonObject(with: folder.bytes("out/\(names[0])")) as? [String: Any]
    #expect((json?["features"] as? [Any])?.count == counts[0] + counts[1])
  }

  /// A second run gives the same bytes; `--missing` makes what is not there or not whole, `--overwrite` replaces no other's file.
  @Test func listsAreKnownAsOwn() throws {
    #expect(try segment("outlines,rois,measurements").status == 0)
    let first = try names.map { try folder.bytes("out/\($0)") }
    expectError(try segment("rois"), status: 1, naming: "x-rois.zip", "--overwrite")
    #expect(try segment("outlines,rois,measurements", "--overwrite").status == 0)
    #expect(try names.map { try folder.bytes("out/\($0)") } == first)
    #expect(try segment("outlines,rois,measurements", "--missing").output.isEmpty)
    for (name, bytes) in zip(names, first) {
      try folder.write(Array(bytes.dropLast(3)), "out/\(name)")
      expectError(
        try segment("outlines,rois,measurements", "--overwrite"), status: 1, naming: name, "is damaged")
      #expect(try segment("outlines,rois,measurements", "--missing").status == 1)
      try folder.write(Array(bytes), "out/\(name)")
    }
  }

  /// libzip writes no archive that has no files.
  @Test func thereMayBeNoInstances() throws {
    let outcome = try segment("outlines,rois,measurements", "--smallest-area", "100000")
    #expect(outcome.status == 0, "\(outcome.messages)")
    #expect(try folder.bytes("out/\(names[1])").count == 32)
    #expect(try segment("outlines,rois,measurements", "--missing").output.isEmpty)
  }

  @Test func ofSeveralClassesEachHasItsOwn() throws {
    let model = try TinyExperiment.trainedOnThreeClasses.get().model
    let outcome = try UnetCommand.run(
      "segment", model, folder("x.tif"), "--output", folder("out"), "--device", "cpu", "--write",
      "instances,measurements")
    #expect(outcome.status == 0, "\(outcome.messages)")
    let rows = try folder.text("out/\(names[2])").split(separator: "\n").dropFirst()
    let ids = try ImageFile.read(folder("out/x-instances.tif"))
    let found = Set(rows.compactMap { Int($0.split(separator: ",")[1]) })
    #expect(found.isSubset(of: [1, 2]) && rows.count > 0 && ids.count == 2)
  }
}
