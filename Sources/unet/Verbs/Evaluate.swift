import ArgumentParser
import UNetData
import UNetEvaluation
import UNetFiles
import UNetImages
import UNetNumerics
import UNetReports

/// `unet evaluate`
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compares a segmentation with the true labels.",
    discussion: """
      Truth and prediction are each a file (page by page where it is a stack), a
      quoted glob or a folder.  Files are paired by their names: a.tif with
      a_mask.png, man_seg007.tif with mask007.tif or t007-instances.tif.
      Predictions without a truth are left out.
      What the numbers of a prediction mean is found in all of its pages:
      probabilities (fractions from 0 to 1, 8 bits as value / 255, 16 as value /
      65535; a page or channel for each class), a mask of 0 and one other
      number, instances, or classes.  Where that leaves two readings,
      --prediction-kind says it.
      The metrics:

      \(helpTable(Metric.allCases.map { ($0.rawValue, $0.summary) }))

      Definitions: Documentation/metrics.md.

      EXAMPLES
        unet evaluate --truth cells/labels --prediction results --metrics seg,iou
      """)

  @Option(help: "The true labels.") var truth: String
  @Option(help: "The segmentation, by `unet segment` or another program.") var prediction: String
  @Option(
    help: ArgumentHelp(
      "The metrics to compute, joined by commas. (default: by what labels mean: membranes \(Self.words(.membranes)); instances \(Self.words(.instances)); classes \(Self.words(.classes)))",
      valueName: "words"))
  var metrics: WordList<Metric>?
  @OptionGroup var kind: KindOption
  @Option(
    help:
      "What the prediction's numbers mean. mask: 0 is background, every connected region of all else an object; instances and classes as of labels. (default: what the numbers say; see Documentation/data.md)"
  )
  var predictionKind: PredictionKind?
  @Option(
    number:
      "Pixels whose probability is greater than this are foreground, for metrics that go through no thresholds of their own."
  )
  var threshold = 0.5
  @Flag(help: "Print JSON.") var json = false
  @Option(
    help: ArgumentHelp(
      "Also write a chart over the thresholds 0, 0.1, ... 1, as SVG: of the scores, or of warping's errors, of \(Self.ofThresholds). Without --metrics, and none of them computed for labels of the kind, pixel is added.",
      valueName: "file"),
    completion: .file(extensions: ["svg"]))
  var curve: String?
  @Option(
    help: ArgumentHelp(
      "Also write every score and error of \(Self.ofThresholds) at each threshold, as CSV; pixel is added as for --curve.",
      valueName: "file"),
    completion: .file(extensions: ["csv"]))
  var table: String?
  @Option(
    help: ArgumentHelp(
      "Also write, for each tenth of the probability, its mean and the share of pixels that are foreground, as CSV: a reliability curve.",
      valueName: "file"),
    completion: .file(extensions: ["csv"]))
  var reliability: String?
  @Option(
    help: ArgumentHelp(
      "Also write the figures of each image alone, a row for each, as CSV.", valueName: "file"),
    completion: .file(extensions: ["csv"]))
  var images: String?
  @Flag(help: "Replace files that are there.") var overwrite = false
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard (0..<1).contains(threshold) else {
      throw ValidationError("--threshold \(threshold): give a number from 0 to below 1, such as 0.5")
    }
    for (at, (option, file)) in files.enumerated() {
      guard let other = files[..<at].first(where: { Path.real($0.file) == Path.real(file) }) else { continue }
      throw ValidationError("--\(option) \(file): is the file of --\(other.option) too; give each its own")
    }
    guard let metrics else { return }
    try metrics.check("--metrics")
    try checkThresholds(metrics.words)
  }

  /// The files to write, and the options that name them.
  private var files: [(option: String, file: String)] {
    [("curve", curve), ("table", table), ("reliability", reliability), ("images", images)].compactMap {
      option, file in
      file.map { (option, $0) }
    }
  }

  /// The metrics that go through thresholds.
  private static var ofThresholds: String {
    Metric.allCases.filter(\.hasThresholds).map(\.rawValue).joined(separator: ", ")
  }

  /// Only metrics that go through thresholds have curves and tables of them.
  private func checkThresholds(_ metrics: [Metric]) throws {
    guard !metrics.contains(where: \.hasThresholds) else { return }
    for (option, file) in files where ["curve", "table"].contains(option) {
      let words = metrics.map(\.rawValue).joined(separator: ",")
      throw ValidationError(
        "--\(option) \(file): of \(words) nothing is known at other thresholds; add some of \(Self.ofThresholds) to --metrics"
      )
    }
  }

  /// The metrics that are asked for, or those of the labels' kind, with one that has thresholds where a curve or a table
  /// of them is asked for.
  private func chosen(for kind: LabelKind) -> [Metric] {
    if let metrics { return metrics.words + bins }
    let standard = Metric.standard(for: kind)
    let isMissing = (curve ?? table) != nil && !standard.contains(where: \.hasThresholds)
    return standard + (isMissing ? [.pixel] : []) + bins
  }

  private var bins: [Metric] { reliability == nil ? [] : [.calibration] }

  private static func words(_ kind: LabelKind) -> String {
    Metric.standard(for: kind).map(\.rawValue).joined(separator: ",")
  }

  func run() throws {
    let outputs = try Outputs(
      of: NamedFiles.paths(truth, areLabels: true) + NamedFiles.paths(prediction), overwrite: overwrite)
    for (option, file) in self.files { try outputs.check([file], choice: option) }
    let files = try FileEvaluation(
      truth: truth, prediction: prediction, kind: kind.kind, border: kind.border,
      predictionKind: predictionKind)
    let (evaluator, notes) = try files.judgement(chosen(for: files.kind), threshold: threshold)
    for note in notes { Console.logger.warning("\(note)") }
    if let curve {
      try AtomicFile.write(
        ThresholdChart.svg(evaluator.table, title: prediction), to: curve, replacing: overwrite)
    }
    if let table { try AtomicFile.write(evaluator.table.csv, to: table, replacing: overwrite) }
    if let reliability {
      try AtomicFile.write(evaluator.reliability, to: reliability, replacing: overwrite)
    }
    if let images { try AtomicFile.write(files.table(ofEach: evaluator), to: images, replacing: overwrite) }
    let evaluation = evaluator.evaluation
    print(
      json
        ? try files.judged.json(with: evaluation)
        : files.judged.lines + thresholdLine(files.judged) + evaluation.table,
      terminator: "")
  }
}

extension Evaluate {
  /// Which threshold judges probabilities: a model's own may be another.
  private func thresholdLine(_ judged: JudgedFiles) -> String {
    judged.prediction.kind == PredictionKind.probabilities.rawValue
      ? "# threshold: \(threshold), above which a probability is foreground (--threshold)\n" : ""
  }
}

extension Metric {
  /// Whether it goes through thresholds of its own.
  fileprivate var hasThresholds: Bool { figures(of: .membranes).contains(where: \.isThreshold) }
}

extension PredictionKind: ExpressibleByArgument {}
