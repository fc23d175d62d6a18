import UNetData
import UNetImages

extension PredictionSurvey {
  /// What the prediction's numbers mean, beside a truth of `kind` whose numbers are those of `truth`; `isSaid`: the truth's
  /// numbers alone need not show that they are of this kind.
  ///
  /// - Throws: `DataError` where they are no prediction, cannot mean what `said` says, or may mean two things.
  func reading(
    _ said: PredictionKind?, truth: LabelSurvey, _ kind: LabelKind, isSaid: Bool
  ) throws -> PredictionReading {
    if let fractions, let wholes {
      throw DataError(
        wholes, "holds whole numbers, \(fractions) fractions: give predictions of one kind")
    }
    var reading =
      try said.map { PredictionReading(kind: $0, reason: "as said") } ?? (isSaid ? alike(truth, kind) : nil)
      ?? found(truth, kind)
    switch reading.kind {
    case .probabilities:
      try checkProbabilities(truth, kind)
      reading.certain = isByte ? 255 : 1
    case .mask:
      try checkWhole(reading.kind)
      try checkOneClass(truth, kind, "a mask")
    case .instances:
      try checkWhole(reading.kind)
      guard kind != .classes else {
        throw DataError(
          file, "holds instances, the truth classes: give class numbers or probabilities of classes",
          choices: ["predictionKind"])
      }
    case .classes: try checkWhole(reading.kind)
    }
    return reading
  }

  // MARK: - What they can mean

  private func found(_ truth: LabelSurvey, _ kind: LabelKind) throws -> PredictionReading {
    if classes > 1 {
      return PredictionReading(kind: .probabilities, reason: "of \(classes) classes that add up to 1")
    }
    if fractions != nil { return PredictionReading(kind: .probabilities, reason: "fractions from 0 to 1") }
    return try kind == .classes ? classNumbers(truth) : objects(kind)
  }

  /// The reading of numbers that are like the truth's, where those do not show themselves what they are said to be:
  /// several numbers as a mask, one number or torn ones as instances.  Nil for all others.
  private func alike(_ truth: LabelSurvey, _ kind: LabelKind) -> PredictionReading? {
    guard classes == 1, fractions == nil else { return nil }
    let (own, known) = (labels.numbers.count, truth.numbers.count)
    switch kind {
    case .membranes where own > 1 && known > 1:
      return PredictionReading(kind: .mask, reason: "several numbers, as the truth")
    case .instances where truth.looksLikeInstances: return nil
    case .instances where own < 2 && known == 1:
      return PredictionReading(kind: .instances, reason: "one number, as the truth")
    case .instances where own > 1 && known > 1 && !labels.looksLikeInstances:
      return PredictionReading(
        kind: .instances, reason: "\(own) numbers in several regions each, as the truth")
    default: return nil
    }
  }

  /// Whole numbers beside a truth of membranes or instances.
  private func objects(_ kind: LabelKind) throws -> PredictionReading {
    let found: (kind: LabelKind, reason: String)
    do { found = try labels.kind() } catch let error as DataError where error.choices.isEmpty {
      return try soft(error)
    } catch let error as DataError {
      guard labels.looksLikeInstances else { throw asked(error, "instances, classes or a mask") }
      found = (.instances, "\(labels.numbers.count) numbers, most of them one region a page")
    }
    return PredictionReading(kind: found.kind == .membranes ? .mask : .instances, reason: found.reason)
  }

  /// Whole numbers beside a truth of classes.
  private func classNumbers(_ truth: LabelSurvey) throws -> PredictionReading {
    let (own, known) = (labels.numbers, truth.numbers.filter { $0 != 255 })
    if own == [255] { return PredictionReading(kind: .mask, reason: "a mask of 0 and 255, which is class 1") }
    if own.allSatisfy({ truth.numbers.contains($0) }) {
      return PredictionReading(kind: .classes, reason: "numbers of the truth's classes")
    }
    do {
      let found = try labels.kind()
      guard found.kind == .instances else {
        // One number, which is no class of the truth.
        guard known.count > 1 || own[0] < 2 else {
          throw DataError(
            file,
            "holds 0 and \(own[0]), which is no class of the truth: say whether it is a mask or classes",
            choices: ["predictionKind"])
        }
        return PredictionReading(kind: .classes, reason: "numbers up to \(own[0])")
      }
      throw DataError(
        file, "seems to hold instances (\(found.reason)), the truth classes: give class numbers",
        choices: ["predictionKind"])
    } catch let error as DataError where error.choices == ["kind"] {
      return PredictionReading(
        kind: .classes, reason: "numbers up to \(own.last ?? 0), beside a truth of classes")
    } catch let error as DataError where error.choices.isEmpty {
      return try soft(error)
    }
  }

  /// Many numbers that are no labels: probabilities in 8 bits, or a picture.
  private func soft(_ error: DataError) throws -> PredictionReading {
    guard !looksLikeProbabilities else {
      let largest = labels.numbers.last ?? 0
      guard largest > 127 else {
        throw DataError(
          file,
          "holds numbers up to \(largest) in 8 bits, where a probability is value / 255 and none would be above a half: "
            + "scale them to 255, or say that these are probabilities", choices: ["predictionKind"])
      }
      return PredictionReading(
        kind: .probabilities,
        reason: "8 bit as value / 255: \(labels.numbers.count) numbers, most near 0 and 255")
    }
    guard isByte else { throw error }
    throw DataError(
      file,
      "looks like a picture: \(labels.numbers.count) numbers, few of them near 0 or near 255; give a prediction, or "
        + "say that these are probabilities", choices: ["predictionKind"])
  }

  private func asked(_ error: DataError, _ readings: String) -> DataError {
    DataError(
      file, "holds several numbers in several regions each: say whether they mean \(readings)",
      choices: ["predictionKind"])
  }

  // MARK: - What they cannot mean

  private func checkProbabilities(_ truth: LabelSurvey, _ kind: LabelKind) throws {
    if let outside {
      throw DataError(
        outside.file, "holds \(outside.text): give probabilities from 0 to 1")
    }
    if isByte, classes == 1, labels.numbers == [1] {
      throw DataError(
        file, "holds nothing beyond 1 in 8 bits, where a probability is value / 255: it is a mask",
        choices: ["predictionKind"])
    }
    if classes < 3 { try checkOneClass(truth, kind, "probabilities of one class") }
  }

  private func checkWhole(_ kind: PredictionKind) throws {
    guard classes == 1, fractions == nil else {
      throw DataError(
        fractions ?? file, "holds probabilities, not \(kind.rawValue): leave out what it holds, or mend it")
    }
  }

  /// Foreground alone cannot be compared with several classes.
  private func checkOneClass(_ truth: LabelSurvey, _ kind: LabelKind, _ what: String) throws {
    guard kind == .classes, let largest = truth.numbers.last(where: { $0 != 255 }), largest > 1 else {
      return
    }
    throw DataError(
      file,
      "holds \(what), the truth classes up to \(largest): give class numbers, or a page of probabilities for each class"
    )
  }
}
