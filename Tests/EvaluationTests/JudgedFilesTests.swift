import Testing
import UNetData
import UNetEvaluation
import UNetImages
import UNetTestSupport

/// Which files are compared, and what is odd about them.
@Suite struct JudgedFilesTests: PredictionFiles {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func anInvertedMaskIsNoted() throws {
    let mask = cells { _ in 255 }
    let inverted = Image(height: 20, width: 31, format: .uint8, pixels: mask.pixels.map { 255 - $0 })
    #expect(try evaluation([mask], [mask]).notes == [])
    let notes = try evaluation([mask], [inverted]).notes
    #expect(notes.count == 1 && notes[0].hasSuffix("is one of them inverted?"), "\(notes)")
  }

  @Test func onePageOfAStackThatIsInvertedIsNoted() throws {
    let mask = cells { _ in 255 }
    let inverted = Image(height: 20, width: 31, format: .uint8, pixels: mask.pixels.map { 255 - $0 })
    let notes = try evaluation([mask, mask, mask], [mask, mask, inverted]).notes
    #expect(
      notes.count == 1 && notes[0].contains("in 1 of 3 images (page 2); is one of them inverted?"), "\(notes)"
    )
  }

  @Test(arguments: [(3, 0), (-2, 3), (0, -4)], [PredictionKind.mask, .instances])
  func pagesThatAreShiftedAreNoted(by: (rows: Int, columns: Int), kind: PredictionKind) throws {
    let (height, width) = (64, 80)
    func scene(_ seed: Int, movedBy rows: Int, _ columns: Int) -> Image {
      grey(height, width) { at in
        let (y, x) = (at / width - rows, at % width - columns)
        let cell = (0..<6).first { k in
          let (row, column) = (8 + 22 * (k / 3) + (k * seed) % 7, 8 + 24 * (k % 3) + (k * k + seed) % 8)
          return (y - row) * (y - row) + (x - column) * (x - column) < 36
        }
        return cell.map { kind == .mask ? 255 : Float($0 + 1) } ?? 0
      }
    }
    let truth = [1, 2, 5].map { scene($0, movedBy: 0, 0) }
    var found = truth
    found[1] = scene(2, movedBy: by.rows, by.columns)
    #expect(try evaluation(truth, truth, as: kind).notes == [])
    let notes = try evaluation(truth, found, kind: kind == .mask ? nil : .instances, as: kind).notes
    let words = "in 1 of 3 images (page 1 by \(-by.rows) rows and \(-by.columns) columns); is it shifted?"
    #expect(notes.count == 1 && notes[0].contains(words), "\(notes)")
    // Other cells than the true ones are no shift.
    #expect(
      try evaluation([truth[0]], [truth[2]], kind: kind == .mask ? nil : .instances, as: kind).notes == [])
  }

  @Test func capitalsTellFilesApart() throws {
    for (side, ending) in [("truth", ""), ("results", "-labels")] {
      for (name, value) in [("A", Float(255)), ("a", 0)] {
        try folder.write([cells { $0 < 5 ? 255 - value : 255 }], "\(side)/\(name)\(ending).tif")
      }
    }
    let evaluation = try FileEvaluation(truth: folder("truth"), prediction: folder("results"))
    #expect(try evaluation.judgement([.iou]).evaluator.evaluation[.iou] == 1)
  }

  @Test func invertedProbabilitiesAreNoted() throws {
    let mask = cells { _ in 255 }
    func plane(_ cell: Float, _ ground: Float, _ format: Image.Format = .float32) -> Image {
      grey(20, 31, format) { mask.pixels[$0] > 0 ? cell : ground }
    }
    for (right, wrong) in [
      ([plane(0.9, 0.05)], [plane(0.05, 0.9)]),
      ([plane(0.125, 0.875), plane(0.875, 0.125)], [plane(0.875, 0.125), plane(0.125, 0.875)]),
    ] {
      #expect(try evaluation([mask], right).notes == [])
      let notes = try evaluation([mask], wrong).notes
      #expect(notes.count == 1 && notes[0].hasSuffix("is one of them inverted?"), "\(notes)")
    }
    let wide = grey(20, 31) { $0 % 31 < 27 ? 255 : 0 }
    // What is the same everywhere is not inverted.
    for (mask, chance) in [
      (cells { $0 == 2 ? 255 : 0 }, Float(0.875)), (wide, 0.125), (plain(255, 20, 31), 0.125),
    ] {
      #expect(try evaluation([mask], [grey(20, 31, .float32) { _ in chance }], kind: .membranes).notes == [])
    }
    // Of more than two classes all but 0 are foreground.
    let planes: [Image] = [(0.125, 0.75), (0.75, 0.125), (0.125, 0.125)].map { cell, ground in
      grey(20, 31, .float32) { wide.pixels[$0] > 0 ? cell : ground }
    }
    #expect(try evaluation([wide], planes, kind: .membranes).notes == [])
  }

  @Test func aTruthWithoutObjectsIsNoted() throws {
    let notes = try evaluation([plain(0, 20, 31)], [cells()]).notes
    #expect(notes.count == 1 && notes[0].contains("truth.tif: no pixel is other than 0"), "\(notes)")
  }

  @Test(arguments: [Border.zero, .other], [LabelKind.membranes, .instances])
  func whatNoPixelOfATruthWithoutObjectsIsFollowsFromKindAndBorder(border: Border, kind: LabelKind) throws {
    let isGround = border == .other && kind == .membranes
    func notes(_ number: Float) throws -> [String] {
      try FileEvaluation(
        truth: folder.write([plain(number, 20, 31)], "truth.tif"),
        prediction: folder.write([cells()], "prediction.tif"), kind: kind, border: border,
        predictionKind: .instances
      ).notes.filter { $0.contains("undefined") }
    }
    let empty = try notes(isGround ? 255 : 0)
    #expect(
      empty.count == 1 && empty[0].contains("no pixel is \(isGround ? "0, which is cell" : "other than 0");"),
      "\(empty)")
    #expect(try notes(isGround ? 0 : 255) == [])
  }

  @Test func ofSeveralResultsOfAnImageNoneIsChosen() throws {
    for name in ["a", "b"] {
      try folder.write([cells { _ in 255 }], "truth/\(name)-labels.tif")
      try folder.write([cells { _ in 255 }], "results/\(name)-labels.png")
      try folder.write([cells()], "results/\(name)-instances.tif")
    }
    let error = #expect(throws: DataError.self) {
      try FileEvaluation(truth: folder("truth"), prediction: folder("results"))
    }
    #expect(error?.problem.hasPrefix("may belong to") == true)
    #expect(
      error?.problem.hasSuffix("name one for each by a pattern such as \(folder("results"))/*-labels.png")
        == true)
    for pattern in ["*-labels.png", "*-instances.tif"] {
      #expect(
        try FileEvaluation(truth: folder("truth"), prediction: folder("results/\(pattern)")).judged.files == 2
      )
    }
  }

  @Test func aFolderOfSamplesIsATruth() throws {
    for name in ["a1", "b2"] {
      try folder.write([cells()], "dsb/\(name)/images/\(name).png")
      for cell in 1...8 {
        try folder.write([cells { $0 == cell ? 255 : 0 }], "dsb/\(name)/masks/\(cell).png")
      }
      try folder.write([cells(.uint16)], "results/\(name)-instances.tif")
    }
    let evaluation = try FileEvaluation(truth: folder("dsb"), prediction: folder("results"))
    #expect(evaluation.judged.files == 2 && evaluation.kind == .instances)
    #expect(try evaluation.judgement([.seg]).evaluator.evaluation[.seg] == 1)
    let notes = try evaluation.notes
    #expect(notes.count == 1 && notes[0].contains("2 files left out: a1/images/a1.png (an image)"))
  }

  @Test func filesOfTwoKindsAreNamed() throws {
    for name in ["a1", "a2"] { try folder.write([cells()], "truth/\(name).tif") }
    let whole = try folder.write([cells()], "results/a1.tif")
    let fractions = try folder.write([cells(.float32) { _ in 0.5 }], "results/a2.tif")
    let error = #expect(throws: DataError.self) {
      try FileEvaluation(truth: folder("truth"), prediction: folder("results"))
    }
    #expect(error?.description.contains(whole) == true && error?.description.contains(fractions) == true)
  }

  @Test func anObjectAFileIsOneTruth() throws {
    for name in ["a", "b"] {
      for cell in 1...8 { try folder.write([cells { $0 == cell ? 255 : 0 }], "truth/\(name)/\(cell).png") }
      try folder.write([cells(.uint16)], "results/\(name).tif")
    }
    let evaluation = try FileEvaluation(truth: folder("truth"), prediction: folder("results"))
    #expect(evaluation.kind == .instances && evaluation.judged.pages == 2)
    #expect(try evaluation.judgement([.seg]).evaluator.evaluation[.seg] == 1)
  }

  @Test func whatHasNoTruthIsLeftOutWithANote() throws {
    try folder.write([cells()], "truth/t007.tif")
    for name in ["t007", "t008"] { try folder.write([cells(.uint16)], "results/\(name).tif") }
    let evaluation = try FileEvaluation(truth: folder("truth"), prediction: folder("results"))
    #expect(evaluation.judged.files == 1)
    let notes = try evaluation.notes
    #expect(notes.count == 1 && notes[0].hasSuffix("t008.tif"), "\(notes)")
  }
}
