import Testing
import UNetData
import UNetEvaluation
import UNetImages
import UNetTestSupport

/// What the numbers of a prediction mean: found in all of them, asked for where two readings are left.
@Suite struct PredictionReadingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Two stripes of cells of 4 x 5 pixels on 20 x 31, four each.
  private func cells(_ format: Image.Format = .uint8, _ value: (Int) -> Float = { Float($0) }) -> Image {
    grey(20, 31, format) { at in
      let (y, x) = (at / 31, at % 31)
      return y % 10 < 5 && x % 8 < 4 ? value(1 + x / 8 + 4 * (y / 10)) : 0
    }
  }

  private func evaluation(
    _ truth: [Image], _ prediction: [Image], kind: LabelKind? = nil, as predictionKind: PredictionKind? = nil,
    name: String = "prediction.tif"
  ) throws -> FileEvaluation {
    try FileEvaluation(
      truth: folder.write(truth, "truth.tif"), prediction: folder.write(prediction, name), kind: kind,
      predictionKind: predictionKind)
  }

  private func reading(
    _ truth: Image, _ prediction: Image, kind: LabelKind? = nil, as predictionKind: PredictionKind? = nil
  ) throws -> String {
    try evaluation([truth], [prediction], kind: kind, as: predictionKind).judged.prediction.kind
  }

  private func complaint(
    _ truth: Image, _ prediction: Image, kind: LabelKind? = nil, as predictionKind: PredictionKind? = nil,
    name: String = "prediction.tif"
  ) throws -> (text: String, choices: [String]) {
    do {
      _ = try evaluation([truth], [prediction], kind: kind, as: predictionKind, name: name)
      return ("", [])
    } catch let error as DataError {
      return ("\(error)".replacingOccurrences(of: folder.path + "/", with: ""), error.choices)
    }
  }

  @Test func fractionsAreProbabilities() throws {
    #expect(try reading(cells(), cells(.float32) { _ in 0.7 }) == "probabilities")
    for value: Float in [1.5, -0.25] {
      let found = try complaint(cells(), cells(.float32) { $0 == 3 ? value : 0.5 })
      #expect(found.text.hasPrefix("prediction.tif holds \(value) in page 0 at row 0, column 16"), "\(found)")
    }
  }

  @Test func manyNumbersOfEightBitsThatLieNearTheEndsAreProbabilities() throws {
    // Smooth edges; each pixel another number.
    let soft = grey(20, 31) { at in
      let (y, x) = (at / 31 % 10, at % 31 % 8)
      let inside = y < 5 && x < 4
      return inside ? Float(255 - at % 29) : Float(at % 23)
    }
    #expect(try reading(cells(), soft) == "probabilities")
    let figures = try evaluation([cells()], [soft]).evaluator([.iou]).evaluation
    #expect(figures[.iou] == 1)
  }

  @Test func smallNumbersOfEightBitsAreNotTakenForNoProbabilityAtAll() throws {
    // Torn numbers below 23 alone: as value / 255 nothing would be foreground.
    let faint = grey(20, 31) { at in at / 31 % 10 < 5 && at % 31 % 8 < 4 ? Float(22 - at % 7) : Float(at % 5)
    }
    let found = try complaint(cells(), faint)
    #expect(found.text.hasPrefix("prediction.tif holds numbers up to 22 in 8 bits"), "\(found)")
    #expect(found.choices == ["predictionKind"])
    #expect(try reading(cells(), faint, as: .probabilities) == "probabilities")
  }

  @Test func picturesAreNoPredictions() throws {
    for (name, picture) in [
      // A bright and a dark one, and noise.
      ("bright.tif", grey(40, 40) { Float(200 + $0 % 41) }),
      ("dark.tif", grey(40, 40) { Float(20 + $0 % 37) }),
      ("noise.tif", noise(40, 40)),
    ] {
      let found = try complaint(plain(0, 40, 40).with(1, row: 3, column: 3), picture, name: name)
      #expect(found.text.hasPrefix("\(name) looks like a picture"), "\(found)")
      #expect(found.choices == ["predictionKind"])
    }
    let deep = try complaint(
      plain(0, 40, 40).with(1, row: 3, column: 3), grey(40, 40, .uint16) { Float(900 + $0 % 371) })
    #expect(deep.text.hasPrefix("prediction.tif holds numbers up to 1270 in 16 bits"), "\(deep)")
    let colour = try complaint(plain(0, 40, 40).with(1, row: 3, column: 3), noise(40, 40, channels: 3))
    #expect(colour.text.hasPrefix("prediction.tif is a colour picture"), "\(colour)")
  }

  @Test func saidToBeProbabilitiesAPictureIsTakenAsSuch() throws {
    let evaluation = try evaluation(
      [plain(0, 40, 40).with(1, row: 3, column: 3)], [noise(40, 40)], as: .probabilities)
    #expect(evaluation.judged.prediction.kind == "probabilities")
    let mask = try complaint(cells(), cells { _ in 1 }, as: .probabilities)
    #expect(mask.text.contains("mask"), "\(mask)")
  }

  @Test func severalNumbersAreInstancesWhereEachIsOneRegion() throws {
    #expect(try reading(cells { _ in 255 }, cells()) == "instances")
    // Too few for the numbers alone to say it, but each is a region.
    let two = grey(20, 31) { $0 % 31 < 4 ? 1 : $0 % 31 > 20 ? 2 : 0 }
    #expect(try reading(cells(), two, kind: .instances) == "instances")
    let found = try complaint(cells { _ in 255 }, cells { Float(1 + $0 % 2) })
    #expect(
      found.text.contains("holds several numbers (1, 2), many of them in several regions each: say")
        && found.choices == ["predictionKind"])
    #expect(try reading(cells { _ in 255 }, cells { Float(1 + $0 % 2) }, as: .mask) == "mask")
    #expect(try reading(cells { _ in 255 }, cells { Float(1 + $0 % 2) }, as: .instances) == "instances")
  }

  @Test func besideClassesNumbersAreClasses() throws {
    let truth = cells { Float(1 + $0 % 3) }
    #expect(try reading(truth, cells { Float(1 + $0 % 2) }, kind: .classes) == "classes")
    #expect(try reading(truth, cells { Float(3 + $0 % 2) }, kind: .classes) == "classes")
    #expect(try reading(truth, cells { Float(1 + $0 % 2) }, as: .classes) == "classes")
    #expect(
      try evaluation([truth], [cells { Float(3 + $0 % 2) }], kind: .classes).notes
        == ["\(folder("prediction.tif")): holds 4, which is no class of the truth, and wrong everywhere"])
    let many = try complaint(truth, cells(), kind: .classes)
    #expect(many.text.contains("seems to hold instances") && many.choices == ["predictionKind"], "\(many)")
    #expect(try reading(truth, cells(), kind: .classes, as: .classes) == "classes")
    let instances = try complaint(truth, cells(), kind: .classes, as: .instances)
    #expect(instances.text.contains("holds instances, the truth classes"))
  }

  @Test func numbersThatAreNoClassesOfTheTruthAreAskedAbout() throws {
    let three = cells { Float($0 % 4) }
    let one = cells { _ in 1 }
    let shifted = Image(height: 20, width: 31, format: .uint8, pixels: three.pixels.map { $0 + 1 })
    for (truth, prediction, words) in [
      (one, cells { Float(1 + $0 % 3) }, "holds 2, 3, which are no classes of the truth (0 to 1)"),
      (three, cells { Float($0 % 4 * 85) }, "holds 85, 170, which are no classes of the truth (0 to 3)"),
      (cells { Float($0 % 4 * 85) }, three, "holds 1, 2, 3, which are no classes of the truth (0 to 170)"),
      (three, shifted, "holds 4, which is no class of the truth (0 to 3), and no 0"),
      (cells { $0 % 2 == 0 ? 2 : 0 }, one, "holds 1, which is no class of the truth (0 to 2)"),
    ] {
      let found = try complaint(truth, prediction, kind: .classes)
      #expect(found.text.contains(words) && found.choices == ["predictionKind"], "\(found)")
      // Said to be classes they are judged, with a note.
      let said = try evaluation([truth], [prediction], kind: .classes, as: .classes).notes
      #expect(said.count == 1, "\(said)")
    }
    #expect(
      try evaluation([three], [shifted], kind: .classes, as: .classes).notes[0].contains(
        "(0 is 1, 1 is 2, 2 is 3, 3 is 4)"))
  }

  @Test func exchangedClassesAreNoted() throws {
    let truth = cells { Float(1 + $0 % 2) }
    let swapped = cells { Float(2 - $0 % 2) }
    let planes = [0, 2, 1].map { number in
      grey(20, 31, .float32) { truth.pixels[$0] == Float(number) ? 0.75 : 0.125 }
    }
    for prediction in [[swapped], planes] {
      let notes = try evaluation([truth], prediction, kind: .classes).notes
      #expect(
        notes.count == 1
          && notes[0].hasSuffix("(1 is 2, 2 is 1); are its classes numbered otherwise?"), "\(notes)")
    }
    #expect(try evaluation([truth], [cells { _ in 1 }], kind: .classes).notes == [])
    #expect(try evaluation([truth], [truth], kind: .classes).notes == [])
  }

  @Test func foregroundAloneIsNotComparedWithSeveralClasses() throws {
    let several = cells { Float(1 + $0 % 3) }
    for (prediction, said) in [
      (cells { _ in 255 }, nil), (cells(.float32) { _ in 0.75 }, nil),
      (cells { _ in 1 }, PredictionKind.mask),
    ] {
      let found = try complaint(several, prediction, kind: .classes, as: said)
      #expect(found.text.contains("the truth classes up to 3"), "\(found)")
    }
    // One class is the foreground.
    #expect(try reading(cells { _ in 1 }, cells { _ in 255 }, kind: .classes) == "mask")
    let figures = try evaluation([cells { _ in 1 }], [cells { _ in 255 }], kind: .classes)
      .evaluator([.wrongPixels, .dice]).evaluation
    #expect(figures[.wrongPixels] == 0 && figures["iou-1"] == 1)
    // A number that is no class of the truth, and may be a mask.
    #expect(try complaint(cells { _ in 1 }, cells { _ in 128 }, kind: .classes).choices == ["predictionKind"])
  }

  /// Also where its numbers do not show what they are said to be: cells in pieces, touching cells as one.
  @Test(arguments: LabelKind.allCases)
  func aFileAgainstItselfIsPerfect(kind: LabelKind) throws {
    let touching = grey(20, 31) { Float(1 + $0 % 31 / 8) }
    for image in [
      cells { _ in 1 }, cells(), cells { Float(1 + $0 % 3) }, cells(.uint16) { Float(1 + $0 % 2) }, touching,
      plain(0, 20, 31), plain(1, 20, 31),
    ] {
      let found = try evaluation([image], [image], kind: kind)
      let figures = try found.evaluator(Metric.standard(for: kind)).evaluation
      for (figure, value) in figures.rows where !figure.isThreshold {
        #expect(value == (figure.better == .higher ? 1 : 0), "\(found.judged.lines)\(figure.name)")
      }
      #expect(figures.rows.count >= 3 || image.pixels.allSatisfy { $0 == 0 })
    }
  }

  @Test func anInvertedMaskIsNoted() throws {
    let mask = cells { _ in 255 }
    let inverted = Image(height: 20, width: 31, format: .uint8, pixels: mask.pixels.map { 255 - $0 })
    #expect(try evaluation([mask], [mask]).notes == [])
    let notes = try evaluation([mask], [inverted]).notes
    #expect(notes.count == 1 && notes[0].hasSuffix("is one of them inverted?"), "\(notes)")
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

  /// As files of a prediction: soft numbers are probabilities, few levels are asked about, whatever the sample type.
  @Test(arguments: [Image.Format.uint8, .uint16])
  func numbersOfEightAndSixteenBitsAreReadAlike(format: Image.Format) throws {
    let unit: Float = format == .uint8 ? 1 : 257
    func picture(_ value: @escaping (_ inside: Bool, _ at: Int) -> Float) -> Image {
      grey(20, 31, format) { at in value(at / 31 % 10 < 5 && at % 31 % 8 < 4, at) * unit }
    }
    let soft = picture { $0 ? Float(255 - $1 % 29) : Float($1 % 23) }
    #expect(try reading(cells(), soft) == "probabilities")
    #expect(try evaluation([cells()], [soft]).evaluator([.iou]).evaluation[.iou] == 1)
    #expect(
      try complaint(cells(), picture { $1 % 7 == 0 ? 0 : Float(80 + $1 % 41) + ($0 ? 1 : 0) }).text.contains(
        "picture"))
    let faint = try complaint(cells(), picture { $0 ? Float(22 - $1 % 7) : Float($1 % 5) })
    #expect(faint.text.contains("none would be above a half"), "\(faint)")
    let few = picture { inside, _ in inside ? 22 : 0 }
    let notes = try evaluation([cells()], [few], as: .probabilities).notes
    #expect(notes.count == 1 && notes[0].hasSuffix("none would be above a half"), "\(notes)")
    // Three levels: cells with an edge; rings in one another; cells in pieces.
    let levels = picture { inside, at in inside ? 255 : at / 31 % 10 < 6 && at % 31 % 8 < 5 ? 128 : 0 }
    let rings = grey(20, 31, format) { at in
      let far = max(abs(at / 31 - 10), abs(at % 31 - 15))
      return Float(max(0, 10 - far)) * 28 * unit
    }
    let pieces = picture { inside, at in inside && at / 31 % 10 != 2 ? Float(at % 31 / 8 + 1) * 60 : 0 }
    for prediction in [levels, rings, pieces] {
      let found = try complaint(cells(), prediction)
      #expect(found.text.contains("holds several numbers") && found.choices == ["predictionKind"], "\(found)")
    }
    #expect(try complaint(cells(), rings).text.contains("within or around others"))
  }

  @Test func aBackgroundThatIsNotZeroIsAskedAbout() throws {
    let ilastik = Image(height: 20, width: 31, format: .uint8, pixels: cells { _ in 1 }.pixels.map { $0 + 1 })
    let found = try complaint(cells(), ilastik)
    #expect(
      found.text.contains("(1, 2) and no 0: if 1 or 2 is the background, give it 0; else say"), "\(found)")
    for kind in [PredictionKind.mask, .instances] {
      let notes = try evaluation([cells()], [ilastik], as: kind).notes
      #expect(
        notes.count == 1 && notes[0].hasSuffix("no pixel is 0, the background; if 1 or 2 is it, give it 0"),
        "\(notes)")
    }
  }

  @Test func aTruthWithoutObjectsIsNoted() throws {
    let notes = try evaluation([plain(0, 20, 31)], [cells()]).notes
    #expect(notes.count == 1 && notes[0].contains("truth.tif: no pixel is other than 0"), "\(notes)")
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
    #expect(try evaluation.evaluator([.seg]).evaluation[.seg] == 1)
    #expect(
      evaluation.notes.count == 1
        && evaluation.notes[0].contains("2 files left out: a1/images/a1.png (an image)"))
  }

  @Test func twoHundredFiftyFiveIsTheForegroundOfOneClassAndElseNone() throws {
    // Unknown in the truth, the only class in the prediction.
    let truth = cells { $0 == 8 ? 255 : 1 }
    #expect(try reading(truth, cells { _ in 255 }, kind: .classes) == "mask")
    #expect(try reading(truth, truth, kind: .classes) == "classes")
    let many = cells(.uint16) { Float(1 + 300 * ($0 % 2)) }
    #expect(try complaint(many, many, kind: .classes).text.contains("holds 301, and classes"))
  }

  @Test func noClassIsWrongWhereTheTruthIsKnown() throws {
    let truth = cells { $0 == 8 ? 255 : Float(1 + $0 % 3) }
    let figures = try evaluation([truth], [cells { $0 > 6 ? 255 : Float(1 + $0 % 3) }], kind: .classes)
      .evaluator([.wrongPixels, .dice]).evaluation
    let cell = Double(cells().pixels.count { $0 == 7 })
    #expect(figures[.wrongPixels] == cell / Double(620 - cells().pixels.count { $0 == 8 }))
    #expect(!figures.table.contains("255"))
  }

  @Test func channelsOfProbabilitiesAreClasses() throws {
    let truth = cells { Float(1 + $0 % 2) }
    let pixels = truth.pixels.flatMap { number in (0..<3).map { Float($0) == number ? Float(0.8) : 0.1 } }
    let image = Image(height: 20, width: 31, channels: 3, format: .float32, pixels: pixels)
    let evaluation = try evaluation([truth], [image], kind: .classes)
    #expect(evaluation.judged.prediction.kind == "probabilities")
    #expect(try evaluation.evaluator([.wrongPixels]).evaluation[.wrongPixels] == 0)
    // Of two classes the second is the foreground.
    let two = truth.pixels.flatMap { $0 > 0 ? [Float(0.25), 0.75] : [1, 0] }
    let foreground = Image(height: 20, width: 31, channels: 2, format: .float32, pixels: two)
    #expect(
      try self.evaluation([cells { _ in 1 }], [foreground]).evaluator([.iou, .seg]).evaluation.rows.map(
        \.value)
        == [1, 1])
    let odd = Image(height: 20, width: 31, channels: 3, format: .float32, pixels: pixels.map { $0 / 2 })
    #expect(try complaint(truth, odd, kind: .classes).text.contains("do not add up to 1"))
  }

  @Test func probabilitiesOfSeveralClassesBesideAMaskNeedItsKind() throws {
    let map = cells { Float(1 + $0 % 2) }
    let planes = (0..<3).map { number in
      grey(20, 31, .float32) { map.pixels[$0] == Float(number) ? 0.5 : 0.25 }
    }
    let error = #expect(throws: DataError.self) { try evaluation([cells { _ in 1 }], planes) }
    #expect(error?.choices == ["kind"])
    let figures = try evaluation([cells { _ in 1 }], planes, kind: .membranes).evaluator(
      [.iou], threshold: 0.6)
    #expect(figures.evaluation[.iou] == 1)
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
    #expect(try evaluation.evaluator([.seg]).evaluation[.seg] == 1)
  }

  @Test func whatHasNoTruthIsLeftOutWithANote() throws {
    try folder.write([cells()], "truth/t007.tif")
    for name in ["t007", "t008"] { try folder.write([cells(.uint16)], "results/\(name).tif") }
    let evaluation = try FileEvaluation(truth: folder("truth"), prediction: folder("results"))
    #expect(evaluation.judged.files == 1)
    #expect(evaluation.notes.count == 1 && evaluation.notes[0].hasSuffix("t008.tif"), "\(evaluation.notes)")
  }
}
