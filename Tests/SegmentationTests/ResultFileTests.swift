import Testing
import UNetImages
import UNetNumerics
import UNetPrediction
import UNetSegmentation
import UNetTestSupport

/// Results of pages, written from predictions that are given.
@Suite struct ResultFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func page(_ side: Int) -> StoredPage {
    StoredPage(height: side, width: side, samples: .uint8([UInt8](repeating: 0, count: side * side)), bits: 8)
  }

  /// Of two classes, every other pixel foreground, so that each is an instance of its own.
  private func checkered(_ side: Int) -> Prediction {
    let chances = (0..<side * side).flatMap { at -> [Float] in
      (at / side + at % side).isMultiple(of: 2) ? [0, 1] : [1, 0]
    }
    return Prediction(probabilities: Tensor([side, side, 2], chances))
  }

  @Test func resultsAreKnownByTheirNames() {
    let words = SegmentationOutput.allCases.filter { $0 != .masks && !$0.isOfObjects }.map(\.rawValue)
    #expect(Set(words) == Set(ResultName.words))
    #expect(ResultName.image(of: "a/t007-labels.png") == "t007")
    #expect(ResultName.image(of: "a/t007_labels.png") == nil)
  }

  private func write(_ output: SegmentationOutput, _ sides: [Int]) throws -> PageFile {
    let file = try ResultFile(
      output, path: folder("a.tif"), pages: sides.count, pixels: sides.reduce(0) { $0 + $1 * $1 }, classes: 2)
    for side in sides {
      var classes = PageClasses(height: side, width: side, classes: 2, for: [output])
      try file.begin(page(side), classes: 2)
      let prediction = checkered(side)
      try file.add(prediction, prediction.foreground)
      classes.add(prediction, prediction.foreground)
      try file.end(page(side), classes)
    }
    try file.close()
    return try PageFile(folder("a.tif"))
  }

  private func numbers(_ side: Int) -> [UInt32] {
    var last: UInt32 = 0
    return (0..<side * side).map { at in
      guard (at / side + at % side).isMultiple(of: 2) else { return 0 }
      last += 1
      return last
    }
  }

  @Test func moreInstancesThan16BitHoldAre32Bit() throws {
    let file = try write(.instances, [400, 30])
    let samples = try (0..<file.count).map { try file.page($0).samples }
    #expect(samples == [.uint32(numbers(400)), .uint16(numbers(30).map(UInt16.init))])
  }

  @Test func masksOfSoManyInstancesAreRefused() throws {
    #expect(
      complaint(in: folder) { _ = try write(.masks, [400]) }.contains(
        "80000 instances, and 16 bit hold 65535"))
    #expect(try folder.names.isEmpty)
  }
}
