import Testing
import UNetData
import UNetImages
import UNetTestSupport

@Suite("What is odd about data")
struct DataNotesTests {
  @Test("images without labels are counted and named")
  func unlabelled() throws {
    let folder = try TemporaryFolder()
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
  func partly() {
    let frames = [10, 11, 12, 3, 13, 14, 15].enumerated().map { frame($0, cells: $1) }
    #expect(
      Dataset.oddities(frames, kind: .instances) == [
        "f3.tif has 3 cells, the frames around it about 13: if others are unlabelled, list 3 under partly-annotated"
      ])
    var known = frames
    known[3] = frame(3, cells: 3, unknown: true)
    #expect(Dataset.oddities(known, kind: .instances).isEmpty)
    #expect(Dataset.oddities(frames, kind: .membranes).isEmpty)
  }

  @Test("cells that multiply, and few frames, are not odd")
  func growing() {
    let growing = [2, 3, 4, 6, 8, 11, 15, 20, 28].enumerated().map { frame($0, cells: $1) }
    #expect(Dataset.oddities(growing, kind: .instances).isEmpty)
    #expect(Dataset.oddities([frame(0, cells: 1), frame(1, cells: 9)], kind: .instances).isEmpty)
    #expect(Dataset.oddities([], kind: .instances).isEmpty)
  }

  @Test("a page without any cell is named")
  func empty() {
    let frames = [frame(0, cells: 4), frame(1, cells: 0)]
    let notes = ["f1.tif page 1: its labels have no cell; are they missing?"]
    #expect(Dataset.oddities(frames, kind: .membranes) == notes)
  }

  @Test("a grey image given as labels is named, regions of whatever numbers are not")
  func greyLabels() throws {
    let folder = try TemporaryFolder()
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

  /// A frame of so many cells of one pixel.
  private func frame(_ number: Int, cells: Int, unknown: Bool = false) -> Frame {
    let ids = (0..<100).map { Int32($0.isMultiple(of: 2) && $0 < 2 * cells ? $0 + 1 : 0) }
    let annotation = Annotation(
      height: 10, width: 10, classes: ids.map { $0 > 0 ? 1 : unknown ? -1 : 0 }, instances: ids)
    return Frame(
      name: "f\(number)", file: "f\(number).tif", page: number, image: grey(10, 10) { _ in 0 },
      annotation: annotation)
  }
}
