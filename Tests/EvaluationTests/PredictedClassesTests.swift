import Testing
import UNetData
import UNetEvaluation
import UNetImages
import UNetTestSupport

/// What numbers and probabilities mean beside a truth of classes.
@Suite struct PredictedClassesTests: PredictionFiles {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func besideClassesNumbersAreClasses() throws {
    let truth = cells { Float(1 + $0 % 3) }
    #expect(try reading(truth, cells { Float(1 + $0 % 2) }, kind: .classes) == "classes")
    #expect(try reading(truth, cells { Float(3 + $0 % 2) }, kind: .classes) == "classes")
    #expect(try reading(truth, cells { Float(1 + $0 % 2) }, as: .classes) == "classes")
    let strange = try evaluation([truth], [cells { Float(3 + $0 % 2) }], kind: .classes).notes
    let words = "holds 4, which is no class of the truth, and wrong wherever that is known"
    #expect(strange == ["\(folder("prediction.tif")): \(words)"])
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
    #expect(try evaluation([truth], [truth], kind: .classes).notes == [])
  }

  @Test func classesThatAreExchangedOnOnePageAreNoted() throws {
    let (truth, swapped) = (cells { Float(1 + $0 % 2) }, cells { Float(2 - $0 % 2) })
    let notes = try evaluation([truth, truth, truth], [truth, swapped, truth], kind: .classes).notes
    #expect(
      notes.count == 1 && notes[0].contains("in 1 of 3 images (page 1: 1 is 2, 2 is 1); are its classes"),
      "\(notes)")
    // A network that takes cells for others elsewhere too has no page of its own numbers.
    let unsure = cells { Float($0 < 3 ? 1 : 1 + $0 % 2) }
    #expect(try evaluation([truth, truth, truth], [unsure, swapped, truth], kind: .classes).notes == [])
  }

  @Test func aMaskBesideClassesIsNoted() throws {
    let several = cells { Float(1 + $0 % 3) }
    let notes = try evaluation([several, several], [cells { _ in 1 }, cells { _ in 1 }], kind: .classes).notes
    #expect(
      notes.count == 1
        && notes[0].hasSuffix(
          "no pixel of any prediction is of the truth's classes 2, 3; is it a mask, not classes?"),
      "\(notes)")
    #expect(try evaluation([several], [cells { Float(1 + $0 % 2) }], kind: .classes).notes == [])
  }

  @Test func instancesOfSeveralClassesAreCalledSo() throws {
    let pixels = cells().pixels.flatMap { [$0, $0 > 4 ? $0 - 4 : 0] }
    let both = Image(height: 20, width: 31, channels: 2, format: .uint16, pixels: pixels)
    let found = try complaint(cells { Float(1 + $0 % 2) }, both, kind: .classes)
    #expect(found.text.contains("of instances of several classes give each class alone"), "\(found)")
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
      .judgement([.wrongPixels, .dice]).evaluator.evaluation
    #expect(figures[.wrongPixels] == 0 && figures["iou-1"] == 1)
    // A number that is no class of the truth, and may be a mask.
    #expect(try complaint(cells { _ in 1 }, cells { _ in 128 }, kind: .classes).choices == ["predictionKind"])
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
      .judgement([.wrongPixels, .dice]).evaluator.evaluation
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
    #expect(try evaluation.judgement([.wrongPixels]).evaluator.evaluation[.wrongPixels] == 0)
    // Of two classes the second is the foreground.
    let two = truth.pixels.flatMap { $0 > 0 ? [Float(0.25), 0.75] : [1, 0] }
    let foreground = Image(height: 20, width: 31, channels: 2, format: .float32, pixels: two)
    #expect(
      try self.evaluation([cells { _ in 1 }], [foreground]).judgement([.iou, .seg]).evaluator.evaluation.rows
        .map(
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
    let figures = try evaluation([cells { _ in 1 }], planes, kind: .membranes).judgement(
      [.iou], threshold: 0.6
    ).evaluator
    #expect(figures.evaluation[.iou] == 1)
  }
}
