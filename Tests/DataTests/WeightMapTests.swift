import Foundation
import Testing
import UNetData
import UNetImages
import UNetTestSupport

@Suite("The weight map (section 3, equation 2)")
struct WeightMapTests {
  @Test("equals brute force within 1e-5", arguments: [LabelKind.membranes, .instances], [1, 2, 3])
  func bruteForce(kind: LabelKind, seed: UInt64) throws {
    let labels =
      kind == .membranes
      ? Synthetic.membranes(size: 97, seed: seed).labels : Synthetic.cells(size: 97, seed: seed).instances
    for options in [WeightMapOptions(), WeightMapOptions(w0: 3, sigma: 11, classBalance: false, gap: 2)] {
      let annotation = try Annotation(LabelImage(labels), .init(kind), gap: options.gap, file: "a.tif")
      try expectBruteForce(annotation, options)
    }
  }

  @Test("equals brute force for scattered single pixels and interleaved cells", arguments: [2, 3, 40])
  func scattered(cells: Int) throws {
    let (height, width) = (50, 61)
    let draws = (0..<height * width).map { ($0 &* 2_654_435_761) >> 7 }
    let ids = draws.map { $0 % 13 == 0 ? Int32($0 / 13 % cells + 1) : 0 }
    let annotation = Annotation(
      height: height, width: width, classes: ids.map { $0 == 0 ? 0 : 1 }, instances: ids)
    try expectBruteForce(annotation, WeightMapOptions())
  }

  @Test("equals brute force at pixels of a page of 512²", arguments: [LabelKind.membranes, .instances])
  func wholePage(kind: LabelKind) throws {
    let labels =
      kind == .membranes
      ? Synthetic.membranes(size: 512, seed: 9).labels : Synthetic.cells(size: 512, seed: 9).instances
    let page = try Annotation(LabelImage(labels), .init(kind), file: "a.tif")
    let background = page.classes.indices.filter { page.classes[$0] == 0 }
    // Some 80 pixels, spread over the page.
    let sample = stride(from: 0, to: background.count, by: background.count / 80 + 1).map { background[$0] }
    #expect(sample.count > 60)
    try expectBruteForce(page, WeightMapOptions(), at: sample)
  }

  @Test("with fewer than two cells only the balance remains")
  func oneCell() throws {
    let one = Annotation(height: 1, width: 4, classes: [0, 1, 0, 0], instances: [0, 7, 0, 0])
    let balanced: [Float] = [2 / 3, 2, 2 / 3, 2 / 3]
    #expect(weightMap(one) == balanced)
    let none = Annotation(height: 1, width: 2, classes: [0, 0], instances: [0, 0])
    #expect(weightMap(none) == [1, 1])
  }

  @Test("the balance has mean 1 over known pixels; unknown pixels weigh 0 and are not counted")
  func balance() throws {
    let classes: [Int32] = [0, 0, 0, 0, 0, 1, 1, 2, -1, -1]
    let weights = weightMap(Annotation(height: 2, width: 5, classes: classes, instances: nil))
    let expected: [Float] = [8 / 15, 8 / 15, 8 / 15, 8 / 15, 8 / 15, 4 / 3, 4 / 3, 8 / 3, 0, 0]
    #expect(weights == expected)
    #expect(abs(weights.reduce(0, +) / 8 - 1) < 1e-6)
    let plain = weightMap(
      Annotation(height: 2, width: 5, classes: classes, instances: nil), WeightMapOptions(classBalance: false)
    )
    #expect(plain == [1, 1, 1, 1, 1, 1, 1, 1, 0, 0])
  }

  @Test("a class of few pixels weighs no more than the limit")
  func limit() throws {
    let classes: [Int32] = [0] + [Int32](repeating: 1, count: 999)
    let weights = weightMap(Annotation(height: 10, width: 100, classes: classes, instances: nil))
    #expect(weights[0] == Float(largestBalance))
  }

  @Test("a gap of one pixel between two cells weighs w0 exp(-2 / sigma²) more")
  func gap() throws {
    let annotation = Annotation(height: 1, width: 3, classes: [1, 0, 1], instances: [1, 0, 2])
    let weights = weightMap(annotation, WeightMapOptions(w0: 10, sigma: 5, classBalance: false))
    #expect(weights[0] == 1 && weights[2] == 1)
    #expect(abs(Double(weights[1]) - (1 + 10 * exp(-2.0 / 25))) < 1e-6)
  }

  @Test("of labels in a file, what is no class, and no cell, is named with what mends it")
  func refused() throws {
    let folder = try TemporaryFolder()
    func writing(_ kind: LabelKind, border: Border = .zero, _ number: (Int) -> Float) throws -> DataError? {
      let labels = try folder.write([grey(20, 20, .uint16, number)], "l.tif")
      return #expect(throws: DataError.self) {
        _ = try WeightMapFile(labels, kind: kind, border: border, .init())
      }
    }
    let classes = try writing(.classes) { $0 % 20 < 5 ? 300 : 1 }
    #expect(classes?.problem.hasPrefix("holds 300, and classes are numbered from 0 to 254") == true)
    #expect(classes?.choices == ["kind"])
    let border = try writing(.membranes, border: .other) { _ in 255 }
    #expect(border?.problem.contains("cells are 0, all else border") == true && border?.choices == ["border"])
    #expect(try writing(.membranes) { _ in 0 }?.problem.hasSuffix("not 0 everywhere") == true)
  }

  /// Compares with the equation read word by word.
  private func expectBruteForce(_ page: Annotation, _ options: WeightMapOptions, at sample: [Int]? = nil)
    throws
  {
    let weights = weightMap(page, options)
    let instances = try #require(page.instances)
    let cells = Dictionary(grouping: instances.indices.filter { instances[$0] != 0 }) { instances[$0] }
    let counts = (0...1).map { c in Double(page.classes.filter { $0 == c }.count) }
    var worst = 0.0
    for at in sample ?? Array(weights.indices) {
      let c = Int(page.classes[at])
      var expected = options.classBalance ? (counts[0] + counts[1]) / (2 * counts[c]) : 1
      if c == 0 {
        let distances = cells.values.map { pixels in
          pixels.map {
            hypot(Double($0 / page.width - at / page.width), Double($0 % page.width - at % page.width))
          }
          .min() ?? .infinity
        }
        let (d1, d2) = (distances.sorted()[0], distances.sorted()[1])
        expected += options.w0 * exp(-(d1 + d2) * (d1 + d2) / (2 * options.sigma * options.sigma))
      }
      worst = max(worst, abs(Double(weights[at]) - expected))
    }
    #expect(worst < 1e-5)
  }
}
