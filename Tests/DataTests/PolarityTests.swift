import Testing
import UNetData
import UNetImages
import UNetTestSupport

private let challenge = RealData("isbi2012")

@Suite("Which part of membrane labels is the membrane")
struct PolarityTests {
  /// The notes about labels, as they are or with 0 and the other number changed.
  private func notes(
    _ pages: [LabelImage], inverted: Bool, border: Border = .zero, _ kind: LabelKind = .membranes
  ) throws -> [String] {
    var survey = LabelSurvey()
    for (number, page) in pages.enumerated() {
      let numbers: [UInt32] = inverted ? page.numbers.map { $0 == 0 ? 255 : 0 } : page.numbers
      survey.add(
        LabelImage(height: page.height, width: page.width, numbers: numbers), file: "l.tif", page: number)
    }
    return try survey.check(.init(kind, border: border))
  }

  private func check(_ pages: [LabelImage]) throws {
    #expect(try notes(pages, inverted: false).isEmpty)
    #expect(try notes(pages, inverted: true, border: .other).isEmpty)
    let inverted = try notes(pages, inverted: true)
    #expect(inverted.count == 1 && inverted[0].contains("set border to other"), "\(inverted)")
    let other = try notes(pages, inverted: false, border: .other)
    #expect(other.count == 1 && other[0].contains("set border to zero"), "\(other)")
  }

  @Test("synthetic membranes", arguments: [64, 128, 256])
  func synthetic(size: Int) throws {
    try check((0..<3).map { LabelImage(Synthetic.membranes(size: size, seed: $0).labels) })
  }

  @Test("the EM challenge's labels", .enabled(if: challenge.isPresent, "\(challenge.reason)"))
  func real() throws {
    let pages = try PageFile.labels(of: challenge.path("train-labels.tif"))
    for page in pages { try check([page]) }
    try check(pages)
  }

  @Test(
    "masks of nuclei are none of it; those in which several are 0 look like a sheet",
    arguments: [1, 3, 20, 120])
  func nuclei(count: Int) throws {
    var mask = [UInt32](repeating: 0, count: 200 * 200)
    for nucleus in 0..<count {
      let (cy, cx, radius) = (nucleus * 7919 % 200, nucleus * 104_729 % 200, 4 + nucleus % 6)
      for at in mask.indices {
        let (dy, dx) = (at / 200 - cy, at % 200 - cx)
        if dy * dy + dx * dx <= radius * radius { mask[at] = 255 }
      }
    }
    let page = LabelImage(height: 200, width: 200, numbers: mask)
    #expect(try notes([page], inverted: false).isEmpty)
    // Few may be holes; crowded ones cut slivers off the ground.
    let inverted = try notes([page], inverted: true)
    #expect(inverted.count == (count >= 20 ? 1 : 0), "\(inverted)")
    #expect(inverted.allSatisfy { $0.contains("one region with many holes") })
    // The same as instances, which each page has one of.
    let one = try notes([page], inverted: true, .instances)
    #expect(one.count == inverted.count, "\(one)")
    #expect(
      one.allSatisfy { $0.contains("one region with many holes") && $0.contains("a number to each cell") })
    #expect(
      try notes([page], inverted: false, .instances).allSatisfy { $0.contains("its kind is membranes") })
  }

  @Test("a sheet with holes from which cells at the edge of the image cut slivers off")
  func slivers() throws {
    let mask = (0..<100 * 100).map { at -> UInt32 in
      let (y, x) = (at / 100, at % 100)
      let isNucleus = y % 25 < 15 && x % 25 > 5 && x % 25 < 20
      // One cell cuts the corner off.
      let cuts = (12...18).contains(y + x)
      return isNucleus && y + x > 18 || cuts ? 255 : 0
    }
    let page = LabelImage(height: 100, width: 100, numbers: mask)
    #expect(try notes([page], inverted: false).isEmpty)
    let inverted = try notes([page], inverted: true)
    #expect(inverted.count == 1 && inverted[0].contains("set border to other"), "\(inverted)")
  }
}
