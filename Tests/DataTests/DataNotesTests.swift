import Foundation
import Testing
import UNetData
import UNetImages
import UNetTestSupport

@Suite("What is odd about data")
struct DataNotesTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test("images without labels are counted and named")
  func unlabelled() throws {
    for n in 0..<9 { try folder.write([grey(2, 3) { _ in 1 }], "01/t\(n).tif") }
    for n in [1, 4] { try folder.write([grey(2, 3) { Float($0) }], "gt/m\(n).tif") }
    #expect(
      try pairedFiles(images: folder("01"), labels: folder("gt")).notes == [
        "\(folder.path)/01: 7 of 9 images have no labels and are left out: t0.tif, t2.tif, t3.tif, ..."
      ])
    #expect(try pairedFiles(images: folder("01/t[14].tif"), labels: folder("gt")).notes.isEmpty)
    #expect(try pairedFiles(images: folder("01/t1.tif"), labels: folder("gt/m1.tif")).notes.isEmpty)
  }

  @Test("a frame with far fewer cells than those around it is named, unless known to be annotated in part")
  func partly() throws {
    let counts = [10, 11, 12, 3, 13, 14, 15]
    let set = try set(counts)
    #expect(
      set.labelNotes().map(below) == [
        "i/f3.tif has 3 cells, the frames around it about 13: if others are unlabelled, list 3 under partly-annotated"
      ])
    #expect(set.labelNotes(partlyAnnotated: [3]).isEmpty)
    #expect(try self.set(counts, kind: .membranes).labelNotes().isEmpty)
    // Names that are not numbered one after the other.
    #expect(try self.set(counts, names: counts.indices.map { "f\($0 * $0)" }).labelNotes().isEmpty)
  }

  @Test("several frames annotated in part are named once")
  func severalPartly() throws {
    #expect(
      try set([12, 12, 13, 3, 13, 13, 14, 14, 4, 15]).labelNotes().map(below) == [
        "i: 2 frames have less than half of the cells of the frames around them: 3 (3, around it 13), 8 (4, around it 14); "
          + "if others are unlabelled, list 3, 8 under partly-annotated"
      ])
  }

  @Test("cells that multiply, and few frames, are not odd")
  func growing() throws {
    #expect(try set([2, 3, 4, 6, 8, 11, 15, 20, 28]).labelNotes().isEmpty)
    #expect(try set([1, 9]).labelNotes().isEmpty)
  }

  @Test("a page without any cell is named", arguments: [LabelKind.membranes, .instances, .classes])
  func empty(kind: LabelKind) throws {
    let counts = kind == .classes ? [1, 0] : [4, 0]
    #expect(
      try set(counts, kind: kind).labelNotes().map(below) == [
        "i/f1.tif: its labels have no cell; are they missing?"
      ])
  }

  @Test("frames of several stacks have numbers of their own, by which notes name them and keys take them")
  func stacks() throws {
    for (stack, counts) in [[10, 11, 12, 13, 13, 14], [9, 10, 3, 11, 12, 12]].enumerated() {
      try folder.write(counts.map { _ in grey(10, 10) { _ in 0 } }, "i/movie\(stack).tif")
      try folder.write(
        counts.map { count in
          grey(10, 10, .uint16) { $0.isMultiple(of: 2) && $0 < 2 * count ? Float($0 + 1) : 0 }
        }, "l/movie\(stack).tif")
    }
    let set = try Dataset(images: folder("i"), labels: folder("l"), .init(.instances))
    #expect(
      set.pages.map(\.page) == Array(0..<12)
        && set.pages.map(\.pageInFile) == [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5])
    #expect(set.countsPagesOfFiles)
    #expect(
      set.labelNotes() == [
        "\(folder.path)/i/movie1.tif page 2 has 3 cells, the frames around it about 11: if others are unlabelled, list 8 under "
          + "partly-annotated"
      ])
    let known = try set.frames(gap: 0, partlyAnnotated: [8])
    #expect(known.map { $0.annotation.classes.contains(-1) } == (0..<12).map { $0 == 8 })
    #expect(set.labelNotes(partlyAnnotated: [8]).isEmpty)
    // One stack in a folder counts its pages.
    let one = try Dataset(images: folder("i/movie1*"), labels: folder("l/movie1*"), .init(.instances))
    #expect(one.pages.map(\.page) == Array(0..<6) && !one.countsPagesOfFiles)
  }

  @Test("images without a known pixel of background are named, cells that are parted later are not")
  func ground() throws {
    let sparse = try set([3, 4, 9])
    let unknown = sparse.groundNote(learntFrom: [0, 1], partlyAnnotated: [0, 1])
    #expect(unknown?.contains("no pixel of the images to train on is known to be background") == true)
    #expect(unknown?.contains("partly-annotated") == true)
    #expect(sparse.groundNote(learntFrom: [0, 1, 2], partlyAnnotated: [0, 1]) == nil)
    let full = try TemporaryFolder()
    try full.write([grey(1, 2) { _ in 0 }], "f.tif")
    try full.write([grey(1, 2) { Float($0 + 1) }], "l.tif")
    func note(_ meaning: Dataset.Meaning) throws -> String? {
      try Dataset(images: full("f.tif"), labels: full("l.tif"), meaning).groundNote(learntFrom: [0])
    }
    #expect(try note(.init(.instances)) == nil)
    #expect(try note(.init(.membranes))?.hasSuffix("no label is a border") == true)
  }

  @Test("images of one patient or folder on both sides of what was drawn are named")
  func groups() {
    func note(_ files: [String], held: Int...) -> String? {
      NameGroups(files)?.note(files.indices.map(held.contains))
    }
    let patients = (0..<9).map { "i/pat_0\($0 / 3)_slice\($0 % 3).tif" }
    #expect(
      note(patients, held: 1, 3, 4, 5)?.hasPrefix("images of pat_00 are both held out and learnt from; if")
        == true)
    #expect(note(patients, held: 1, 3)?.contains("pat_00, pat_01") == true)
    #expect(note(patients, held: 1)?.hasSuffix("hold-out: {files: ['pat_00*']}") == true)
    #expect(note(patients, held: 3, 4, 5) == nil)
    let folders = (0..<8).map { "i/plate\($0 / 4)/w\($0).tif" }
    #expect(note(folders, held: 1)?.hasSuffix("hold-out: {files: ['plate0/*']}") == true)
    for names in [
      (0..<9).map { "t00\($0)" }, (0..<9).map { "slide_\($0)" }, (0..<9).map { "exp1_s\($0)_cells" },
      (0..<9).map { "\($0)/images/a\($0)" }, ["a_1", "a_2", "b_3"],
    ] {
      #expect(note(names.map { $0 + ".tif" }, held: 1) == nil, "\(names)")
    }
  }

  @Test("a grey image given as labels is named, regions of whatever numbers are not")
  func greyLabels() throws {
    let picture = Synthetic.cells(size: 64, seed: 1)
    for name in ["image.tif", "grey.tif"] { try folder.write([picture.image], name) }
    try folder.write([picture.instances], "labels.tif")
    func loading(_ labels: String, _ kind: LabelKind) -> String {
      complaint(in: folder) {
        _ = try Dataset.load(images: folder("image.tif"), labels: folder(labels), kind: kind)
      }
    }
    #expect(loading("labels.tif", .instances) == "" && loading("labels.tif", .membranes) == "")
    #expect(
      loading("grey.tif", .instances).hasPrefix("grey.tif looks like a grey image, not like labels: of"))
    #expect(loading("grey.tif", .instances).hasSuffix("give one number for each cell"))
    #expect(loading("grey.tif", .membranes).hasSuffix("give 0 for membrane, one other number for cells"))
  }

  /// A set of so many cells of one pixel on each image; every cell is class 1 where they are classes.
  private func set(_ counts: [Int], kind: LabelKind = .instances, names: [String]? = nil) throws -> Dataset {
    for (number, cells) in counts.enumerated() {
      let name = names?[number] ?? "f\(number)"
      try folder.write([grey(10, 10) { _ in 0 }], "i/\(name).tif")
      let labels = grey(10, 10, .uint16) {
        $0.isMultiple(of: 2) && $0 < 2 * cells ? kind == .instances ? Float($0 + 1) : 1 : 0
      }
      try folder.write([labels], "l/\(name).tif")
    }
    let set = try Dataset(images: folder("i"), labels: folder("l"), .init(kind))
    for name in ["i", "l"] { try FileManager.default.removeItem(atPath: folder(name)) }
    return set
  }

  private func below(_ note: String) -> String { note.replacing("\(folder.path)/", with: "") }
}
