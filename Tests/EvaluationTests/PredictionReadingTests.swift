import Testing
import UNetData
import UNetEvaluation
import UNetImages
import UNetTestSupport

/// What the numbers of a prediction mean: found in all of them, asked for where two readings are left.
@Suite struct PredictionReadingTests: PredictionFiles {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

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
    // Beside several numbers that are said to be a mask they are none.
    #expect(try reading(cells(), soft, kind: .membranes) == "probabilities")
    #expect(try reading(cells(), cells(), kind: .membranes) == "mask")
    let figures = try evaluation([cells()], [soft]).judgement([.iou]).evaluator.evaluation
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

  /// Also where its numbers do not show what they are said to be: cells in pieces, touching cells as one.
  @Test(arguments: LabelKind.allCases)
  func aFileAgainstItselfIsPerfect(kind: LabelKind) throws {
    let touching = grey(20, 31) { Float(1 + $0 % 31 / 8) }
    for image in [
      cells { _ in 1 }, cells(), cells { Float(1 + $0 % 3) }, cells(.uint16) { Float(1 + $0 % 2) }, touching,
      plain(0, 20, 31), plain(1, 20, 31),
    ] {
      let found = try evaluation([image], [image], kind: kind)
      let figures = try found.judgement(Metric.standard(for: kind)).evaluator.evaluation
      for (figure, value) in figures.rows where !figure.isThreshold {
        #expect(value == (figure.better == .higher ? 1 : 0), "\(found.judged.lines)\(figure.name)")
      }
      #expect(figures.rows.count >= 3 || image.pixels.allSatisfy { $0 == 0 })
    }
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
    #expect(try evaluation([cells()], [soft]).judgement([.iou]).evaluator.evaluation[.iou] == 1)
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
}
