import UNetImages

extension LabelSurvey {
  /// Whether the numbers can mean what they are said to mean; what is odd about that, in a line each.
  ///
  /// - Throws: `DataError` where they cannot.
  package func check(_ meaning: Dataset.Meaning) throws -> [String] {
    switch meaning.kind {
    case .membranes: try checkMembranes(meaning.border)
    case .instances: try checkInstances()
    case .classes: try checkClasses(meaning.classes)
    }
  }

  private func checkMembranes(_ border: Border) throws -> [String] {
    try refuseGreyAndSlopes(remedy: "give 0 for membrane, one other number for cells")
    guard let meeting else { return polarity(border) }
    let (row, column, numbers) = (meeting.2.row, meeting.2.column, meeting.2.numbers)
    let place = "\(numbers.0) beside \(numbers.1) in page \(meeting.page) at row \(row), column \(column)"
    guard looksLikeInstances else {
      throw DataError(
        meeting.file,
        "holds \(place): membranes are 0 and one other number; "
          + (noGround ?? "save it so, or say that numbers are instances or classes"), choices: ["kind"])
    }
    return ["\(meeting.file) holds \(place): as membranes they are one cell; are the numbers instances?"]
  }

  /// Membranes are thin and enclose cells: a line where what is called cell is so, or is one sheet with holes.
  private func polarity(_ border: Border) -> [String] {
    let (cell, membrane) = border == .zero ? (classes.other, classes.zero) : (classes.zero, classes.other)
    let (cells, remedy) = border == .zero ? ("not 0", "other") : ("0", "zero")
    if cell.pixels < membrane.pixels, 2 * cell.regions < membrane.regions,
      cell.thickness < membrane.thickness
    {
      return [
        "\(subject): what is taken for cell, where labels are \(cells), is the smaller and thinner part and encloses the "
          + "rest; if it is the membrane, set border to \(remedy)"
      ]
    }
    return sheet(cell, "labels are \(cells)", "set border to \(remedy)")
  }

  /// A line where what is called cell is one region with many holes.
  private func sheet(_ cell: MaskClasses.Extent, _ labels: String, _ remedy: String) -> [String] {
    guard cell.sheets > 0, 10 * cell.sheets >= 9 * classes.pages else { return [] }
    return [
      "\(subject): what is taken for cell, where \(labels), is one region with many holes on \(cell.sheets) of "
        + "\(pages) pages; if the holes are the cells, \(remedy)"
    ]
  }

  private func checkInstances() throws -> [String] {
    try refuseGreyAndSlopes(remedy: "give one number for each cell")
    if pagesOfOne > 0, pagesOfOne + emptyPages == pages {
      let inverted = sheet(classes.other, "labels are not 0", "give 0 to all else, and a number to each cell")
      return !inverted.isEmpty || 2 * pagesInParts < pagesOfOne ? inverted : [singleNote]
    }
    if let note = noGround ?? levelsNote ?? classesNote { return ["\(subject): \(note)"] }
    return [cutNote, maskNote].compactMap(\.self)
  }

  private var singleNote: String {
    "\(subject): every page has one number in several separate regions, which are one cell; if it is a mask, its kind is "
      + "membranes"
  }

  private var levelsNote: String? {
    guard areNested else { return nil }
    return "most regions lie within or around others, as levels of probabilities do; is each a cell?"
  }

  private var classesNote: String? {
    let (regions, pages) = occurrences.values.reduce((0, 0)) { ($0.0 + $1.extent.regions, $0.1 + $1.pages) }
    guard !looksLikeInstances, regions >= 3 * pages else { return nil }
    return
      "a number stands for many separate regions on a page (\(listed(numbers.map(String.init)))), which are one cell each; "
      + "if they are classes, set kind to classes; if not, give each cell a number of its own"
  }

  /// Where numbers end with the largest of 8 bits and stand for several regions: ids above it were cut off, or began anew.
  private var cutNote: String? {
    guard !cutFiles.isEmpty, numbers.last == UInt32(UInt8.max) else { return nil }
    return
      "\(listed(cutFiles)): numbers end with 255, the largest of 8 bits, and some stand for several separate regions; "
      + "if there are more cells, save their labels with 16 bits"
  }

  /// Where single pages have one number in several places.
  package var maskNote: String? {
    guard !maskFiles.isEmpty else { return nil }
    return
      "\(listed(maskFiles)): one number in several separate regions, which are one cell, while other labels have a number "
      + "for each; if it is a mask, give each cell its own"
  }

  private func checkClasses(_ classes: Int?) throws -> [String] {
    let (known, unknown) = (numbers.filter(LabelKind.classes.isKnown), LabelKind.unknownClass)
    if known.isEmpty, !numbers.isEmpty {
      throw DataError(
        files[0],
        "holds \(hasZero ? "0 and " : "")\(unknown) alone, and \(unknown) means unknown: a mask of two values is of kind membranes; "
          + "or number classes from 0", choices: ["kind"])
    }
    let unknowns = [unknownNote].compactMap(\.self)
    guard let classes else {
      try refuseBeyondClasses()
      return unknowns
    }
    if let largest = known.last, largest >= UInt32(classes) {
      try refuseGreyAndSlopes(remedy: "give one number for each class")
      try refuseNumbers(upTo: largest)
    }
    let missing = (0..<classes).filter { $0 == 0 ? !hasZero : occurrences[UInt32($0)] == nil }
    guard !missing.isEmpty, !known.isEmpty else { return unknowns }
    let names = listed(missing.map(String.init), most: 8)
    return unknowns + [
      "\(subject): of the classes 0 to \(classes - 1) no pixel is of \(missing.count == 1 ? "class" : "the classes") \(names)"
    ]
  }

  /// Of classes, where some pages have 255 and no other class: a mask among them says nothing of its cells.
  private var unknownNote: String? {
    guard !filesOfUnknown.isEmpty else { return nil }
    return
      "\(listed(filesOfUnknown)): 255 is the only number but 0, and means unknown: if it is a mask, give it the number of its class"
  }

  /// Refuses numbers that are none of classes, however many there are.
  package func refuseBeyondClasses() throws {
    guard let number = numbers.last, number > LabelKind.unknownClass else { return }
    throw DataError(
      occurrences[number]?.file ?? "",
      "holds \(number), and classes are numbered from 0 to \(LabelKind.unknownClass - 1): mend it, or say what the numbers "
        + "mean", choices: ["kind"])
  }

  /// Refuses classes that are not counted one by one, and what looks like cells: more classes would not mend them.
  private func refuseNumbers(upTo largest: UInt32) throws {
    let file = occurrences[largest]?.file ?? files[0]
    let all = (hasZero ? [0] : []) + numbers
    if all.count <= 16, largest >= UInt32(2 * all.count) - 1 {
      throw DataError(
        file,
        "holds \(largest), and there are the numbers \(listed(all.map(String.init), most: 16)): number the classes "
          + "\(listed(all.indices.map(String.init), most: 16)); \(LabelKind.unknownClass) means unknown")
    }
    guard looksLikeInstances, numbers.count >= 5 else { return }
    throw DataError(
      file,
      "holds \(largest), and \(numbers.count) numbers are there, most of them one region a page: if each is a cell, they are "
        + "instances; else raise network.classes", choices: ["kind"])
  }

  /// The labels in a note: their file, or the first of them.
  private var subject: String {
    files.count > 1 ? "\(files[0]) and \(files.count - 1) other files" : files.first ?? "labels"
  }
}
