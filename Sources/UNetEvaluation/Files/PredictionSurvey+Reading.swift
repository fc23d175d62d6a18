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
      reading.certain = certain
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
    guard classes == 1, fractions == nil,
      !looksLikeProbabilities || labels.numbers.count <= truth.numbers.count
    else { return nil }
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
    switch labels.meaning {
    case .sure(let found, let reason):
      return PredictionReading(kind: found == .membranes ? .mask : .instances, reason: reason)
    case .open:
      // Few numbers, too: of objects they are no classes.
      guard labels.looksLikeInstances else {
        throw DataError(file, labels.asking("a mask"), choices: ["predictionKind"])
      }
      return PredictionReading(kind: .instances, reason: labels.likeInstances)
    case .noLabels(let error): return try soft(error)
    }
  }

  /// Whole numbers beside a truth of classes.
  private func classNumbers(_ truth: LabelSurvey) throws -> PredictionReading {
    // The white of a mask; read as classes it would be none.
    if labels.numbers == [LabelKind.unknownClass] {
      return PredictionReading(
        kind: .mask, reason: "a mask of 0 and \(LabelKind.unknownClass), which is class 1")
    }
    let others = strangers(truth)
    if others.isEmpty { return PredictionReading(kind: .classes, reason: "numbers of the truth's classes") }
    switch labels.meaning {
    case .sure(.instances, let reason):
      throw DataError(
        file, "seems to hold instances (\(reason)), the truth classes: give class numbers",
        choices: ["predictionKind"])
    case .noLabels(let error): return try soft(error)
    case .sure, .open: break
    }
    let isShifted = truth.hasZero && !labels.hasZero
    let areMost = labels.looksLikeInstances || labels.share(of: others) > 0.5
    guard truth.numbers.isEmpty || !isShifted && !areMost else {
      throw DataError(
        file,
        "holds \(strangersListed(others)) of the truth (\(truth.hasZero ? "0 to" : "up to") "
          + "\(truth.numbers.last(where: LabelKind.classes.isKnown) ?? 0))\(isShifted ? ", and no 0" : ""): give the truth's class numbers, or say that "
          + "these are classes", choices: ["predictionKind"])
    }
    return PredictionReading(
      kind: .classes, reason: "numbers up to \(labels.numbers.last ?? 0), beside a truth of classes")
  }

  /// The numbers that are no classes of the truth.
  private func strangers(_ truth: LabelSurvey) -> [UInt32] {
    let known = Set(truth.numbers)
    return labels.numbers.filter { LabelKind.classes.isKnown($0) && !known.contains($0) }
  }

  private func strangersListed(_ numbers: [UInt32]) -> String {
    listed(numbers.map(String.init)) + (numbers.count == 1 ? ", which is no class" : ", which are no classes")
  }

  /// What is odd about numbers read as `kind`, in a line each.
  func notes(_ kind: PredictionKind, truth: LabelSurvey, _ truthKind: LabelKind) -> [String] {
    guard kind == .classes, truthKind == .classes else {
      let odd = kind == .mask || kind == .instances ? labels.noGround : kind == .probabilities ? faint : nil
      return [odd.map { "\(file): \($0)" }, kind == .instances ? labels.maskNote : nil].compactMap(\.self)
    }
    let others = strangers(truth)
    if !others.isEmpty {
      return ["\(file): holds \(strangersListed(others)) of the truth, and wrong wherever that is known"]
    }
    let missing = truth.numbers.filter { LabelKind.classes.isKnown($0) && !labels.numbers.contains($0) }
    if labels.numbers.count < 2, truth.numbers.count > 1, !missing.isEmpty {
      let names = listed(missing.map(String.init), most: 5)
      return [
        "\(file): no pixel of any prediction is of the truth's classes \(names); is it a mask, not classes?"
      ]
    }
    guard labels.hasZero != truth.hasZero, !truth.numbers.isEmpty else { return [] }
    return [
      "\(file): \(truth.hasZero ? "no pixel is 0, which is a" : "some pixels are 0, which is no") class of the truth"
    ]
  }

  /// Many numbers that are no labels: probabilities in 8 or 16 bits, or a picture.
  private func soft(_ error: DataError) throws -> PredictionReading {
    let count = labels.numbers.count
    guard !looksLikeProbabilities else {
      if let faint {
        throw DataError(
          file, "\(faint): scale them to \(Int(certain)), or say that these are probabilities",
          choices: ["predictionKind"])
      }
      return PredictionReading(
        kind: .probabilities,
        reason: "\(storage) as value / \(Int(certain)): \(count) numbers, most near 0 and \(Int(certain))")
    }
    guard certain > 1 else { throw error }
    throw DataError(
      file,
      "looks like a picture: \(count) numbers, few of them near 0 or near \(Int(certain)); give a prediction, or say that "
        + "these are probabilities", choices: ["predictionKind"])
  }

  private var storage: String { certain > Float(UInt8.max) ? "16 bits" : "8 bits" }

  /// What is odd about whole numbers as probabilities of which none is above a half.
  private var faint: String? {
    guard certain > 1, let largest = labels.numbers.last, Float(largest) <= certain / 2 else { return nil }
    return
      "holds numbers up to \(largest) in \(storage), where a probability is value / \(Int(certain)) and none would be "
      + "above a half"
  }

  // MARK: - What they cannot mean

  private func checkProbabilities(_ truth: LabelSurvey, _ kind: LabelKind) throws {
    if let outside {
      throw DataError(
        outside.file, "holds \(outside.text): probabilities are from 0 to 1, other numbers whole and from 0")
    }
    if certain > 1, classes == 1, labels.numbers == [1] {
      throw DataError(
        file, "holds nothing beyond 1, where a probability is value / \(Int(certain)): it is a mask",
        choices: ["predictionKind"])
    }
    if classes < 3 { try checkOneClass(truth, kind, "probabilities of one class") }
  }

  private func checkWhole(_ kind: PredictionKind) throws {
    guard classes == 1, fractions == nil else {
      throw DataError(
        fractions ?? file,
        "holds probabilities, and is said to hold \(kind == .mask ? "a mask" : kind.rawValue): give whole numbers, one a "
          + "pixel, or say that these are probabilities", choices: ["predictionKind"])
    }
  }

  /// Foreground alone cannot be compared with several classes.
  private func checkOneClass(_ truth: LabelSurvey, _ kind: LabelKind, _ what: String) throws {
    guard kind == .classes, let largest = truth.numbers.last(where: kind.isKnown), largest > 1 else {
      return
    }
    throw DataError(
      file,
      "holds \(what), the truth classes up to \(largest): give class numbers, or a page of probabilities for each class"
    )
  }
}
