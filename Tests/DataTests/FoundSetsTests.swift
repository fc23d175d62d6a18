import Foundation
import Testing
import UNetData
import UNetImages
import UNetTestSupport

/// Images and labels found in a folder in the layouts that people use.
@Suite struct FoundSetsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func fill(_ files: [String]) throws {
    for file in files { try folder.write([plain(1, 8, 8)], file) }
  }

  private func found(in inner: String = "") throws -> [String] {
    try foundSets(in: folder(inner)).map { "\($0.images) \($0.labels) \($0.pairs.count)" }
  }

  @Test(arguments: [
    (["images/a.png", "images/b.png", "labels/a.png", "labels/b.png"], ["images labels 2"]),
    (["img/a.tif", "ground_truth/a_mask.tif"], ["img ground_truth 1"]),
    (["images.tif", "labels.tif"], ["images.tif labels.tif 1"]),
    (["train-volume.tif", "train-labels.tif", "notes/x.tif"], ["train-volume.tif train-labels.tif 1"]),
    (["x_1.tif", "x_1_mask.tif", "x_2.tif", "x_2_mask.tif"], [". . 2"]),
    (
      [
        "imagesTs/c_0000.png", "imagesTr/a_0000.png", "imagesTr/b_0000.png", "labelsTr/a.png",
        "labelsTr/b.png",
      ], ["imagesTr labelsTr 2"]
    ),
    (
      ["01/t001.tif", "01_GT/SEG/man_seg001.tif", "02/t003.tif", "02/t004.tif", "02_GT/SEG/man_seg004.tif"],
      ["01 01_GT/SEG 1", "02 02_GT/SEG 1"]
    ),
    (
      ["a1/images/a1.png", "a1/masks/1.png", "a1/masks/2.png", "b2/images/b2.png", "b2/masks/3.png"],
      [". . 2"]
    ),
    (["train/images/a.png", "train/labels/a.png", "test/images/b.png"], ["train/images train/labels 1"]),
    (["cells/a.png", "masks/a.png"], ["cells masks 1"]),
  ])
  func layoutsAreUnderstood(files: [String], sets: [String]) throws {
    try fill(files)
    #expect(try found() == sets)
  }

  @Test func anotherSetInAnotherFolderIsFound() throws {
    try fill(["images/1.png", "labels/1.png", "b/images/1.png", "b/labels/1.png", "c/y.png"])
    let sets = try foundSets(in: folder(""))
    #expect(sets.map(\.images) == ["images"])
    #expect(try otherImages(in: folder(""), than: sets) == "b/images")
    #expect(try otherImages(in: folder("b"), than: foundSets(in: folder("b"))) == nil)
  }

  @Test func imagesInFoldersBelowOtherImagesAreNamed() throws {
    try fill(["a/images/1.png", "a/labels/1.png", "b/images/2.png", "b/labels/2.png", "a/overview.png"])
    let notes = try pairedFiles(images: folder("."), labels: folder(".")).notes
    #expect(
      notes.contains { $0.contains("a/images/1.png") && $0.contains("in a folder below other images") },
      "\(notes)")
    let sets = try foundSets(in: folder(""))
    #expect(sets.map(\.images) == ["."])
    #expect(try otherImages(in: folder(""), than: sets) == "a/images")
  }

  /// All of them are there already.
  @Test func aFolderOfFoldersHasNoOtherSets() throws {
    try fill(["a/images/1.png", "a/labels/1.png", "b/images/2.png", "b/labels/2.png"])
    let sets = try foundSets(in: folder(""))
    #expect(sets.map(\.images) == ["."])
    #expect(try otherImages(in: folder(""), than: sets) == nil)
  }

  @Test(arguments: [
    (["a.png", "b.png"], "", "has no images with labels that can be told apart"),
    ([], "", "has no images with labels that can be told apart"),
    (["a.png"], "a.png", "is no folder"), ([], "nowhere", "does not exist"),
  ])
  func whatIsNotFoundIsToldWithARemedy(files: [String], inner: String, says: String) throws {
    try fill(files)
    let error = #expect(throws: DataError.self) { try found(in: inner) }
    #expect(error?.problem.contains(says) == true, "\(String(describing: error))")
  }
}
