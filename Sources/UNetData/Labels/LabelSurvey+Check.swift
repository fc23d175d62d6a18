import UNetImages

extension LabelSurvey {
  /// Whether the numbers can mean what they are said to mean; what is odd about that, in a line each.
  ///
  /// - `classes`: how many classes there are; nil where that is not known.
  /// - Throws: `DataError` where they cannot.
  package func check(_ kind: LabelKind, classes: Int? = nil, border: Border = .zero) throws -> [String] {
    switch kind {
    case .membranes: try checkMembranes(border)
    case .instances: try checkInstances()
    case .classes: try checkClasses(classes)
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

  /// Membranes are thin and enclose cells: a line where what is called cell is so.
  private func polarity(_ border: Border) -> [String] {
    let (cell, membrane) = border == .zero ? (classes.other, classes.zero) : (classes.zero, classes.other)
    guard cell.pixels < membrane.pixels, 2 * cell.regions < membrane.regions,
      cell.thickness < membrane.thickness
    else { return [] }
    let (cells, remedy) = border == .zero ? ("not 0", "other") : ("0", "zero")
    return [
      "\(subject): what is taken for cell, where labels are \(cells), is the smaller and thinner part and encloses the "
        + "rest; if it is the membrane, set border to \(remedy)"
    ]
  }

  private func checkInstances() throws -> [String] {
    try refuseGreyAndSlopes(remedy: "give one number for each cell")
    if let noGround { return ["\(subject): \(noGround)"] }
    if areNested {
      return [
        "\(subject): most regions lie within or around others, as levels of probabilities do; is each a cell?"
      ]
    }
    guard pagesOfOne > 0, pagesOfOne + emptyPages == pages, 2 * pagesInParts >= pagesOfOne else { return [] }
    return [
      "\(subject): every page has one number in several separate regions, which are one cell; "
        + "if it is a mask, its kind is membranes"
    ]
  }

  private func checkClasses(_ classes: Int?) throws -> [String] {
    let known = numbers.filter { $0 != 255 }
    if known.isEmpty, !numbers.isEmpty {
      throw DataError(
        files[0],
        "holds \(hasZero ? "0 and 255" : "255") alone, and 255 means unknown: a mask of two values is of kind membranes; "
          + "or number classes from 0", choices: ["kind"])
    }
    guard let classes else { return [] }
    if let largest = known.last, largest >= UInt32(classes) {
      try refuseGreyAndSlopes(remedy: "give one number for each class")
    }
    let missing = (0..<classes).filter { $0 == 0 ? !hasZero : occurrences[UInt32($0)] == nil }
    guard !missing.isEmpty, !known.isEmpty else { return [] }
    let names = listed(missing.map(String.init), most: 8)
    return [
      "\(subject): of \(classes) classes \(missing.count) \(missing.count == 1 ? "occurs" : "occur") nowhere: \(names)"
    ]
  }

  /// The labels in a note: their file, or the first of them.
  private var subject: String {
    files.count > 1 ? "\(files[0]) and \(files.count - 1) other files" : files.first ?? "labels"
  }
}
