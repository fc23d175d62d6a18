import UNetImages

extension DataError {
  /// The error of a picture that can be no labels, with the question whether `sides` are swapped where the picture in its
  /// place on the other side, a page of `file`, looks like labels.
  package func asking(ifSwapped sides: String, _ file: String, page: Int = 0) -> DataError {
    var survey = LabelSurvey()
    guard let labels = try? PageFile(file).page(page).labels(of: file, page: page) else { return self }
    survey.add(labels, file: file, page: page)
    if case .noLabels = survey.meaning { return self }
    // A plain picture is neither.
    return survey.numbers.count + (survey.hasZero ? 1 : 0) < 2
      ? self : DataError(self.file, "\(problem); or are \(sides) swapped?", choices: choices)
  }
}

extension LabelSurvey {
  /// What is odd about labels of this meaning, with the question whether `sides` are swapped where they can be none and those
  /// of `file` can.
  package func check(_ meaning: Dataset.Meaning, orSwapped sides: String, with file: String) throws
    -> [String]
  {
    do {
      return try check(meaning)
    } catch let error as DataError {
      guard case .noLabels = self.meaning else { throw error }
      throw error.asking(ifSwapped: sides, file)
    }
  }
}
