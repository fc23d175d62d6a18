import Testing
import UNetData
import UNetImages
import UNetTestSupport

@Suite("What the numbers of labels mean")
struct LabelSurveyTests {
  /// Discs in a lattice, each with the number that `number` gives its place.
  private func discs(_ count: Int, side: Int = 96, radius: Double = 9, _ number: (Int) -> UInt32)
    -> LabelImage
  {
    let columns = 4
    var numbers = [UInt32](repeating: 0, count: side * side)
    for disc in 0..<count {
      let (cy, cx) = (12 + 24 * (disc / columns), 12 + 24 * (disc % columns))
      for at in numbers.indices {
        let (dy, dx) = (Double(at / side - cy), Double(at % side - cx))
        if dy * dy + dx * dx <= radius * radius { numbers[at] = number(disc) }
      }
    }
    return LabelImage(height: side, width: side, numbers: numbers)
  }

  private func labels(_ side: Int, _ number: (_ y: Int, _ x: Int) -> Int) -> LabelImage {
    let numbers = (0..<side * side).map { UInt32(number($0 / side, $0 % side)) }
    return LabelImage(height: side, width: side, numbers: numbers)
  }

  private func survey(_ pages: LabelImage...) -> LabelSurvey {
    var survey = LabelSurvey()
    for (page, labels) in pages.enumerated() { survey.add(labels, file: "l.tif", page: page) }
    return survey
  }

  @Test("0 and one other number is a mask, whichever it is", arguments: [1, 2, 255, 256, 65535, UInt32.max])
  func mask(number: UInt32) throws {
    #expect(try survey(discs(9) { _ in number }).kind().kind == .membranes)
  }

  @Test("numbers over 255, and five that are a region each, are instances")
  func instances() throws {
    #expect(try survey(discs(2) { $0 == 0 ? 1 : 300 }).kind().kind == .instances)
    #expect(try survey(discs(9) { UInt32($0 + 1) }).kind().kind == .instances)
    #expect(try survey(discs(9) { UInt32($0 + 1) }).kind().reason.contains("9 numbers"))
  }

  @Test("numbers over 255 in many places, and rings around others, are asked about")
  func levels() throws {
    let rings = labels(60) { y, x in max(0, 30 - max(abs(y - 30), abs(x - 30))) / 5 * 20 }
    let ringsOver255 = labels(60) { y, x in max(0, 30 - max(abs(y - 30), abs(x - 30))) / 10 * 32767 }
    for (labels, words) in [
      (discs(16) { $0 % 2 == 0 ? 32768 : 65535 }, "say whether they mean instances or membranes"),
      (rings, "most of their regions within or around"),
      (ringsOver255, "most of their regions within or around"),
    ] {
      let error = #expect(throws: DataError.self) { _ = try survey(labels).kind() }
      #expect(error?.choices == ["kind"] && error?.problem.contains(words) == true, "\(error?.problem ?? "")")
    }
    #expect(try survey(rings).check(.init(.instances)).first?.contains("levels of probabilities") == true)
  }

  @Test("of two numbers and no 0 one is likely the background: said under every kind that has one")
  func noZero() throws {
    let labels = discs(9) { _ in 2 }.with(ground: 1)
    let asked = #expect(throws: DataError.self) { _ = try survey(labels).kind() }
    #expect(asked?.problem.contains("and no 0: if 1 or 2 is the background, give it 0; else say") == true)
    let refused = #expect(throws: DataError.self) { _ = try survey(labels).check(.init(.membranes)) }
    #expect(refused?.problem.hasSuffix("no pixel is 0, the background; if 1 or 2 is it, give it 0") == true)
    #expect(try survey(labels).check(.init(.instances)).first?.contains("no pixel is 0") == true)
  }

  @Test("a few numbers, or numbers in many places, may be instances or classes: an error asks")
  func asks() {
    for labels in [discs(2) { UInt32($0 + 1) }, discs(16) { UInt32($0 % 5 + 1) }] {
      let error = #expect(throws: DataError.self) { _ = try survey(labels).kind() }
      #expect(error?.choices == ["kind"] && error?.problem.contains("holds several numbers (1, 2") == true)
    }
  }

  @Test("every page is looked at, not the first alone")
  func everyPage() {
    let error = #expect(throws: DataError.self) {
      _ = try survey(discs(1) { _ in 1 }, discs(2) { UInt32($0 + 1) }).kind()
    }
    #expect(error?.choices == ["kind"])
  }

  @Test("soft edges are errors under every kind, and for a guess", arguments: [2, 3, 5])
  func slopes(width: Int) {
    // Values fall from 255 to 0 over some pixels around each disc.
    let sharp = discs(9, radius: 7) { _ in 255 }
    let soft = LabelImage(
      height: 96, width: 96,
      numbers: sharp.numbers.indices.map { at in
        let (y, x) = (at / 96, at % 96)
        let (dy, dx) = (Double(y % 24 - 12), Double(x % 24 - 12))
        let far = (dy * dy + dx * dx).squareRoot() - 7
        return UInt32(max(0, min(255, 255 * (1 - far / Double(width)))))
      })
    for check in [
      { _ = try survey(soft).check(.init(.membranes)) }, { _ = try survey(soft).check(.init(.instances)) },
      { _ = try survey(soft).check(.init(.classes, classes: 2)) }, { _ = try survey(soft).kind() },
    ] as [() throws -> Void] {
      let error = #expect(throws: DataError.self) { try check() }
      #expect(error?.problem.contains("soft edges") == true, "\(error?.problem ?? "")")
    }
  }

  @Test("cells that touch, and cells of a pixel, are no soft edges")
  func touching() throws {
    let blocks = labels(60) { y, x in 6 * (y / 10) + x / 10 + 1 }
    #expect(try survey(blocks).kind().kind == .instances)
    #expect(try survey(blocks).check(.init(.instances)).isEmpty)
    let dots = labels(40) { y, x in y % 2 == 0 && x % 2 == 0 ? 40 * y + x + 1 : 0 }
    #expect(try survey(dots).check(.init(.instances)).isEmpty)
  }

  @Test("a mask given as instances is noted, single cells are not")
  func maskAsInstances() throws {
    let notes = try survey(discs(9) { _ in 255 }, discs(4) { _ in 255 }).check(.init(.instances))
    #expect(notes.count == 1 && notes[0].contains("one number in several separate regions"))
    #expect(try survey(discs(1) { _ in 255 }, discs(1) { _ in 255 }).check(.init(.instances)).isEmpty)
    #expect(try survey(discs(9) { UInt32($0 + 1) }).check(.init(.instances)).isEmpty)
  }

  @Test("numbers that stand for many regions each are noted, cells in two pieces are not")
  func numbersOfManyRegions() throws {
    let classes = try survey(discs(16) { UInt32($0 % 2 + 1) }, discs(12) { _ in 1 }).check(.init(.instances))
    #expect(classes.count == 1 && classes[0].contains("many separate regions on a page (1, 2)"), "\(classes)")
    #expect(try survey(discs(16) { UInt32($0 / 2 + 1) }).check(.init(.instances)).isEmpty)
  }

  @Test("ids cut off at 255, or counted from 0 again, and a mask among instances are noted")
  func narrowIds() throws {
    func cut(_ id: @escaping (Int) -> UInt32) throws -> [String] {
      try survey(discs(16, side: 108) { id(245 + $0) }).check(.init(.instances))
    }
    for notes in [try cut { UInt32(min($0, 255)) }, try cut { $0 <= 255 ? UInt32($0) : UInt32($0 - 10) }] {
      #expect(notes.count == 1 && notes[0].contains("the largest of 8 bits"), "\(notes)")
    }
    #expect(try cut { UInt32($0) }.isEmpty)
    #expect(try survey(discs(11) { UInt32(245 + $0) }).check(.init(.instances)).isEmpty)
    let mixed = try survey(discs(9) { UInt32($0 + 1) }, discs(9) { _ in 255 }).check(.init(.instances))
    #expect(
      mixed.count == 1 && mixed[0].hasPrefix("l.tif: one number in several separate regions"), "\(mixed)")
  }

  @Test("a sheet with holes as cell is noted under either border, membranes around cells are not")
  func sheets() throws {
    let holes = discs(9, radius: 7) { _ in 255 }.inverted
    let notes = try survey(holes, holes).check(.init(.membranes))
    #expect(notes.count == 1 && notes[0].contains("one region with many holes on 2 of 2 pages"), "\(notes)")
    #expect(notes.first?.hasSuffix("set border to other") == true)
    #expect(try survey(holes.inverted).check(.init(.membranes)).isEmpty)
    #expect(
      try survey(holes.inverted).check(.init(.membranes, border: .other)).first?.hasSuffix(
        "set border to zero")
        == true)
    // One page of several.
    #expect(try survey(holes, holes.inverted).check(.init(.membranes)).isEmpty)
    let cells = labels(96) { y, x in y % 16 == 0 || x % 16 == 0 ? 0 : 1 }
    #expect(try survey(cells).check(.init(.membranes)).isEmpty)
  }

  @Test("classes that are not counted from 0, and cells, are named with what they should have")
  func sparseClasses() {
    for numbers: [UInt32] in [[0, 128, 255], [85, 170, 255]] {
      let error = #expect(throws: DataError.self) {
        _ = try survey(discs(9) { numbers[$0 % 3] }).check(.init(.classes, classes: 2))
      }
      #expect(error?.problem.contains("number the classes 0, 1, 2") == true, "\(error?.problem ?? "")")
    }
    let cells = #expect(throws: DataError.self) {
      _ = try survey(discs(9) { UInt32($0 + 1) }).check(.init(.classes, classes: 2))
    }
    #expect(cells?.problem.contains("if each is a cell, they are instances") == true)
  }

  @Test("instances whose background is not 0 are noted, dense cells are not")
  func ground() throws {
    let grounded = try survey(discs(9) { UInt32($0 + 2) }.with(ground: 1)).check(.init(.instances))
    #expect(
      grounded == [
        "l.tif: no pixel is 0, the background; if 1 is it, give it 0"
      ])
    #expect(try survey(labels(60) { y, x in 6 * (y / 10) + x / 10 + 1 }).check(.init(.instances)).isEmpty)
  }

  @Test("membranes: numbers that touch must be cells, and are noted as one")
  func membranes() throws {
    #expect(try survey(discs(9) { UInt32($0 % 3 + 1) }).check(.init(.membranes)).isEmpty)
    let halves = labels(20) { _, x in x < 10 ? 3 : 8 }
    let notes = try survey(halves).check(.init(.membranes))
    #expect(
      notes == [
        "l.tif holds 3 beside 8 in page 0 at row 0, column 10: as membranes they are one cell; are the numbers instances?"
      ])
    // A ring of 254 around each disc of 255.
    let core = discs(9, radius: 6) { _ in 1 }
    let ringed = LabelImage(
      height: 96, width: 96,
      numbers: zip(discs(9) { _ in 254 }.numbers, core.numbers).map { $1 == 1 ? 255 : $0 })
    let error = #expect(throws: DataError.self) { _ = try survey(ringed).check(.init(.membranes)) }
    #expect(error?.problem.contains("membranes are 0 and one other number") == true)
  }

  @Test("classes: a mask of 255 is named, classes that occur nowhere are noted, 255 is unknown")
  func classes() throws {
    let error = #expect(throws: DataError.self) {
      _ = try survey(discs(9) { _ in 255 }).check(.init(.classes, classes: 2))
    }
    #expect(error?.problem.hasPrefix("holds 0 and 255 alone, and 255 means unknown") == true)
    #expect(
      try survey(discs(9) { _ in 1 }).check(.init(.classes, classes: 4))
        == ["l.tif: of the classes 0 to 3 no pixel is of the classes 2, 3"])
    #expect(
      try survey(discs(9) { $0 == 0 ? 255 : UInt32($0 % 2 + 1) }).check(.init(.classes, classes: 3)).isEmpty)
  }

  @Test("ids beyond 2^31 stay apart")
  func largeNumbers() throws {
    let labels = LabelImage(height: 1, width: 5, numbers: [0, .max, .max - 1, 0, 7])
    let annotation = try Annotation(labels, .init(.instances), gap: 0, file: "l.tif")
    #expect(annotation.instances == [0, 3, 2, 0, 1])
    let said = complaint { _ = try Annotation(labels, .init(.classes, classes: 9), file: "l.tif") }
    #expect(said.hasPrefix("l.tif holds class 4294967295 at row 0, column 1, but there are 9 classes"))
  }

  /// Masks of 0 and 255 among those of 0 and 1, as some exports mix them: their cells would be unknown, unsaid.
  @Test func aMaskAmongClassesIsNamed() throws {
    var survey = LabelSurvey()
    for (file, number) in [("a.tif", 1), ("b.tif", 255), ("c.tif", 1)] as [(String, UInt32)] {
      survey.add(
        LabelImage(height: 2, width: 3, numbers: [0, 0, number, number, 0, number]), file: file, page: 0)
    }
    let notes = try survey.check(.init(.classes, classes: 2))
    #expect(notes.count == 1 && notes[0].hasPrefix("b.tif: 255 is the only number but 0"), "\(notes)")
  }
}

extension LabelImage {
  /// The labels with a number in place of 0.
  fileprivate func with(ground: UInt32) -> LabelImage {
    LabelImage(height: height, width: width, numbers: numbers.map { $0 == 0 ? ground : $0 })
  }

  /// 255 where they are 0, else 0.
  fileprivate var inverted: LabelImage {
    LabelImage(height: height, width: width, numbers: numbers.map { $0 == 0 ? 255 : 0 })
  }
}
