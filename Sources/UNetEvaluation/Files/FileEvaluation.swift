import UNetData
import UNetFiles
import UNetImages
import UNetNumerics

/// A comparison of result files with files of truth: `unet evaluate`.
package struct FileEvaluation {
  /// What the truth's labels mean.
  package let kind: LabelKind
  /// What is compared.
  package let judged: JudgedFiles
  /// What is odd about the files, in a line each; and about what the prediction's numbers mean.
  private let notes: [String], ownNotes: [String]
  private let pairs: [FilePair]
  private let reading: PredictionReading
  private let border: Border
  /// Of each page its files and its number in them, as texts.
  private let places: [[String]]

  /// Looks at every page of `truth` and `prediction`, each a file, a glob or a folder (`pairedFiles`), and finds what
  /// their numbers mean, where `kind` and `predictionKind` do not say so.
  /// - Throws: `DataError` that names the files: where they do not pair, counts or sizes differ, or numbers may mean
  ///   several things or cannot mean what is said; `FileError`.
  package init(
    truth: String, prediction: String, kind: LabelKind? = nil, border: Border = .zero,
    predictionKind: PredictionKind? = nil
  ) throws {
    let files = try pairedFiles(images: prediction, labels: truth, areResults: true)
    (pairs, self.border) = (files.pairs, border)
    var (labels, predictions) = (LabelSurvey(), PredictionSurvey())
    var places: [[String]] = []
    try pairs.forEachPage { files, number, truth, predicted in
      places.append([files.truthFile, files.predictionFile, "\(number)"])
      labels.add(truth, file: files.truthFile, page: number)
      try predictions.add(predicted, file: files.predictionFile, number: number)
    }
    let meaning = try Self.meaning(kind, of: labels, predictionKind, predictions)
    let labelMeaning = Dataset.Meaning(meaning.kind, border: border)
    let odd = try labels.check(labelMeaning, orSwapped: Self.sides, with: predictions.file)
    if meaning.kind == .classes { try predictions.labels.refuseBeyondClasses() }
    reading = try predictions.reading(predictionKind, truth: labels, meaning.kind, isSaid: kind != nil)
    self.kind = meaning.kind
    notes = files.notes + Self.odd(pairs) + odd + Self.empty(truth, labels, labelMeaning)
    ownNotes = predictions.notes(reading.kind, truth: labels, meaning.kind)
    self.places = places
    judged = JudgedFiles(
      pairs: pairs.count, pages: places.count,
      truth: .init(path: truth, kind: meaning.kind.rawValue, reason: meaning.reason),
      prediction: .init(path: prediction, kind: reading.kind.rawValue, reason: reading.reason))
  }

  /// What the two sides are called.
  static let sides = "truth and prediction"

  /// What the truth's labels mean: as said, as the prediction's kind asks for, or by their numbers.
  private static func meaning(
    _ said: LabelKind?, of labels: LabelSurvey, _ predictionKind: PredictionKind?,
    _ predictions: PredictionSurvey
  ) throws -> (kind: LabelKind, reason: String) {
    if let said { return (said, "as said") }
    let found = Result { try labels.kind() }
    if case .noLabels(let error) = labels.meaning {
      throw error.asking(ifSwapped: sides, predictions.file)
    }
    if predictionKind == .classes, (try? found.get().kind) != .instances {
      return (.classes, "as the prediction is said to be")
    }
    let kind = try found.get()
    guard predictions.classes < 3 || kind.kind != .membranes else {
      throw DataError(
        labels.files.first ?? "",
        "is \(kind.reason), beside probabilities of \(predictions.classes) classes: say whether its numbers mean classes, "
          + "membranes or instances", choices: ["kind"])
    }
    return kind
  }

  /// A line where truth and prediction are one file, or a segmentation is the truth.
  private static func odd(_ pairs: [FilePair]) -> [String] {
    if let same = pairs.first(where: { Path.real($0.images[0]) == Path.real($0.labels[0]) }) {
      return ["\(same.labels[0]) is both truth and prediction, which agree whatever it holds"]
    }
    guard let pair = pairs.first(where: { ResultName.isOwn($0.labels[0]) }) else { return [] }
    let (truth, prediction) = (pair.labels[0], pair.images[0])
    let question =
      PageFile.isOwn(prediction)
      ? "as was \(prediction): figures tell how alike they are, not how right"
      : "\(prediction) was not: are \(sides) swapped?"
    return ["\(truth) was written by a segmentation of swift-unet, \(question)"]
  }

  /// A line where the truth has nothing to find.
  private static func empty(_ truth: String, _ labels: LabelSurvey, _ meaning: Dataset.Meaning) -> [String] {
    guard !labels.hasCell(meaning) else { return [] }
    let cells = meaning.isCell(0) ? "0, which is cell" : "other than 0"
    return ["\(truth): no pixel is \(cells); figures that need a true object are undefined"]
  }

  /// The counts of every page, and what is odd, in a line each.  Foreground is a probability greater than `threshold`.
  package func judgement(_ metrics: [Metric], threshold: Double = 0.5) throws
    -> (evaluator: Evaluator, notes: [String])
  {
    var evaluator = Evaluator(metrics, threshold: threshold, kind: kind)
    var agreement = Agreement(kind, reading.kind)
    // Some pages at a time, to occupy all cores without holding all.
    var (waiting, pixels) = ([ComparedFrame](), 0)
    func compare() {
      evaluator.add(waiting)
      agreement.add(waiting)
      (waiting, pixels) = ([], 0)
    }
    try pairs.forEachPage { _, _, truth, predicted in
      waiting.append(
        try predicted.compared(
          with: LabelMap(truth, kind: kind, border: border).ids, as: reading, truthIsClasses: kind == .classes
        ))
      pixels += truth.numbers.count
      if pixels > 1 << 24 { compare() }
    }
    compare()
    let found = agreement.notes(judged.prediction.path, names)
    return (evaluator, notes + (found.isEmpty ? ownNotes : found))
  }

  /// What each page is called: its file's name, or its number in the only file.
  private var names: [String] {
    guard places.count > 1 else { return [""] }
    return places.map { place in
      let name = Path.name(place[1])
      return pairs.count == 1 ? "page \(place[2])" : place[2] == "0" ? name : "\(name) page \(place[2])"
    }
  }

  /// The figures of each page alone, a row in CSV; of a figure that it does not have the cell is empty.
  package func table(ofEach evaluator: Evaluator) -> String {
    let figures = evaluator.evaluation.figures
    let rows = places.indices.map { at in
      let own = evaluator.evaluation(of: [at])
      return places[at] + figures.map { figure in own[figure].map { "\($0)" } ?? "" }
    }
    return csv([["truth", "prediction", "page"] + figures.map(\.name)] + rows)
  }
}
