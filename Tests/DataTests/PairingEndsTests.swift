import Testing
import UNetData
import UNetTestSupport

/// Names that continue others, where an image and another one's label are missing.
@Suite struct PairingEndsTests {
  private let files: EmptyFiles

  init() throws { files = try EmptyFiles() }

  @Test(
    "what tells images apart at the ends of their names pairs no other two",
    arguments: [
      (
        ["ctrl", "ctrl_day2", "drug", "wash", "wash_day2"],
        ["ctrl_mask", "ctrl_day2_mask", "drug_day2_mask", "wash_mask", "wash_day2_mask"], "drug_day2_mask"
      ),
      (["A1", "A1_rep2", "B1"], ["A1_mask", "B1_rep2_mask"], "B1_rep2_mask"),
      (["ctrl", "ctrl_2", "drug"], ["ctrl_mask", "ctrl_2_mask", "drug_2_mask"], "drug_2_mask"),
      (["Snap-1", "Snap-1-1", "Snap-2"], ["Snap-1", "Snap-2-1"], "Snap-2-1"),
      (["exp1", "exp1_b", "exp2_b"], ["exp1_mask", "exp2_mask"], "exp2_mask"),
      (["exp1_img", "exp1_B_img", "exp2_B_img"], ["exp1_mask", "exp2_mask"], "exp2_mask"),
    ])
  func telling(images: [String], labels: [String], left: String) throws {
    let said = complaint(in: files.folder) {
      _ = try files.pairs(images.map { "\($0).tif" }, labels.map { "\($0).tif" })
    }
    #expect(said.hasPrefix("labels/\(left).tif has no image"), "\(said)")
  }

  @Test func theSameEndsOnBothSidesPair() throws {
    let names = ["ctrl", "ctrl_day2", "drug_day2", "exp1", "exp1_b", "Snap-1", "Snap-1-1", "Snap-2-1"]
    let found = try files.pairs(names.map { "\($0).tif" }, names.map { "\($0)_drawn_mask.tif" })
    #expect(found == Dictionary(uniqueKeysWithValues: names.map { ("\($0).tif", "\($0)_drawn_mask.tif") }))
  }

  @Test func ownResultsBesideLabelsAreNone() throws {
    let folder = files.folder
    try files.make(["a", "b"].flatMap { ["i/\($0).tif", "l/\($0)_mask.png"] })
    for name in ["a", "b"] { try folder.write([grey(4, 4) { Float($0 % 2) }], "l/\(name)-labels.png") }
    let found = try pairedFiles(images: folder("i"), labels: folder("l"))
    #expect(found.pairs.map(\.labels) == [[folder("l/a_mask.png")], [folder("l/b_mask.png")]])
    #expect(found.notes.count == 1 && found.notes[0].contains("result of an earlier"), "\(found.notes)")
  }
}
