import Testing
import UNetData
import UNetImages
import UNetTestSupport

@Suite("Labels")
struct LabelTests {
  @Test("regions are numbered by their first pixels, across edges or corners")
  func components() {
    let mask = bits("##.#", "..#.", "#..#", "##.#")
    let four = connectedComponents(of: mask, height: 4, width: 4)
    #expect(four.ids == [1, 1, 0, 2, 0, 0, 3, 0, 4, 0, 0, 5, 4, 4, 0, 5] && four.count == 5)
    let eight = connectedComponents(of: mask, height: 4, width: 4, connectivity: .eight)
    #expect(eight.ids == [1, 1, 0, 1, 0, 0, 1, 0, 2, 0, 0, 1, 2, 2, 0, 1] && eight.count == 2)
  }

  @Test("regions that meet only at their ends are one")
  func spirals() {
    let mask = bits("#.#.#", "#.#.#", "###.#", "....#", "#####")
    #expect(connectedComponents(of: mask, height: 5, width: 5).count == 2)
    let comb = bits("#.#.#", "#.#.#", "#####")
    #expect(connectedComponents(of: comb, height: 3, width: 5).count == 1)
  }

  @Test("membranes: each region is a cell; 0 is membrane")
  func membranes() throws {
    let labels = LabelImage(height: 1, width: 5, numbers: [255, 0, 255, 255, 0])
    let annotation = try Annotation(labels, .init(.membranes), file: "a.tif")
    #expect(annotation.classes == [1, 0, 1, 1, 0] && annotation.instances == [1, 0, 2, 2, 0])
  }

  @Test(
    "touching instances are parted by exactly the gap, and lose evenly", arguments: [(1, 1), (2, 1), (3, 2)])
  func parting(gap: Int, larger: Int) throws {
    let map = LabelMap(height: 2, width: 12, ids: (0..<24).map { $0 % 12 < 6 ? 3 : 9 })
    let row = Array(map.parted(gap: gap).ids[..<12])
    #expect(row.filter { $0 == 0 }.count == gap)
    #expect(row.filter { $0 == 9 }.count == 6 - larger && row.filter { $0 == 3 }.count == 6 - gap + larger)
  }

  @Test("after parting, pixels of different cells are more than the gap apart", arguments: [1, 2, 3])
  func distances(gap: Int) {
    let (height, width) = (40, 40)
    let blocks = (0..<height * width).map { at in
      let (row, column) = (at / width / 7, at % width / 7)
      return Int32(row * 6 + column + 1)
    }
    let map = LabelMap(height: height, width: width, ids: blocks)
    let ids = map.parted(gap: gap).ids
    for a in ids.indices where ids[a] != 0 {
      for b in ids.indices where ids[b] != 0 && ids[b] != ids[a] {
        #expect(max(abs(a / width - b / width), abs(a % width - b % width)) > gap)
      }
    }
    #expect(ids.contains { $0 != 0 })
    #expect(map.parted(gap: 0) == map)
  }

  @Test("parting takes from each pair what the definition says", arguments: 1...7)
  func definition(gap: Int) {
    let (height, width) = (23, 31)
    let map = LabelMap(
      height: height, width: width, ids: (0..<height * width).map { _ in max(0, Int32.random(in: -60...9)) })
    var expected = map.ids
    for reach in 1...gap {
      let before = expected
      for at in before.indices where before[at] != 0 {
        let isTaken = before.indices.contains { other in
          before[other] != 0 && (reach % 2 == 1 ? before[other] < before[at] : before[other] > before[at])
            && max(abs(other / width - at / width), abs(other % width - at % width)) <= reach
        }
        if isTaken { expected[at] = 0 }
      }
    }
    #expect(map.parted(gap: gap).ids == expected)
  }

  @Test("in a partly annotated page 0 is unknown, but the parting gap is background")
  func partly() throws {
    let labels = LabelImage(height: 1, width: 6, numbers: [0, 4, 4, 5, 5, 0])
    let annotation = try Annotation(labels, .init(.instances), gap: 1, partlyAnnotated: true, file: "a.tif")
    #expect(annotation.classes == [-1, 1, 1, 0, 1, -1] && annotation.instances == [0, 4, 4, 0, 5, 0])
  }

  @Test("class numbers are kept, 255 is unknown")
  func classes() throws {
    let labels = LabelImage(height: 1, width: 4, numbers: [0, 2, 255, 1])
    let annotation = try Annotation(labels, .init(.classes, classes: 3), file: "a.png")
    #expect(annotation.classes == [0, 2, -1, 1] && annotation.instances == nil)
  }

  @Test("labels that are not whole numbers, are colour, or beyond the classes are refused")
  func refused() throws {
    let folder = try TemporaryFolder()
    func reading(_ image: Image, _ meaning: Dataset.Meaning = .init(.instances)) throws -> String {
      let file = try folder.write([image], "a.tif")
      return complaint(in: folder) {
        _ = try Annotation(try #require(PageFile.labels(of: file).first), meaning, file: "a.tif")
      }
    }
    let half = Image(height: 1, width: 2, format: .float32, pixels: [0, 0.5])
    #expect(
      try reading(half).hasPrefix("a.tif holds 0.5 at row 0, column 1: labels are whole numbers from 0"))
    let colour = Image(height: 1, width: 1, channels: 3, format: .uint8, pixels: [1, 2, 3])
    #expect(
      try reading(colour)
        == "a.tif has 3 channels, but labels are one whole number a pixel: save them as grey, with "
        + "a number for each colour or channel (Documentation/data.md says how)")
    let third = Image(height: 1, width: 2, format: .uint8, pixels: [0, 2])
    #expect(
      try reading(third, .init(.classes, classes: 2))
        == "a.tif holds class 2 at row 0, column 1, but there are 2 classes, 0 to 1: "
        + "raise network.classes or mend the labels")
  }

  private func bits(_ rows: String...) -> [Bool] { rows.flatMap { $0.map { $0 == "#" } } }
}
