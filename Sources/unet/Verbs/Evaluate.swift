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
      quoted glob or a folder.  Files are paired by equal names, else by the last
      number in their names: man_seg007.tif with mask007.tif or
      t007-instances.tif.  Predictions without a truth are left out.
      A prediction has probabilities (32-bit float from 0 to 1, or 8 bit as
      value / 255) or instances (16 bit).  The metrics:

      \(metricList)

      Definitions: Documentation/metrics.md.
      """)

  /// A paragraph for each metric, beside its word.
  private static var metricList: String {
    let width = Metric.allCases.map(\.rawValue.count).max() ?? 0
    return Metric.allCases.map { metric in
      let indent = "\n" + padded("", to: width + 2)
      return padded(metric.rawValue, to: width + 2)
        + metric.summary.split(separator: "\n").joined(separator: indent)
    }.joined(separator: "\n")
  }

  @Option(help: "The true labels.") var truth: String
  @Option(help: "The segmentation, by `unet segment` or another program.") var prediction: String
  @Option(help: ArgumentHelp("The metrics to compute, joined by commas.", valueName: "words"))
  var metrics = WordList<Metric>([.pixel, .iou, .seg])
  @OptionGroup var kind: KindOption
  @Option(number: "For iou, seg and dice, pixels whose probability is greater than this are foreground.")
  var threshold = 0.5
  @Flag(help: "Print JSON.") var json = false
  @Option(
    help: ArgumentHelp("Also write a chart of the figures over the thresholds, as SVG.", valueName: "file"),
    completion: .file(extensions: ["svg"]))
  var curve: String?
  @Option(
    help: ArgumentHelp("Also write the figures at each threshold, as CSV.", valueName: "file"),
    completion: .file(extensions: ["csv"]))
  var table: String?
  @Flag(help: "Replace files that are there.") var overwrite = false

  func validate() throws {
    guard (0..<1).contains(threshold) else {
      throw ValidationError("--threshold \(threshold): give a number from 0 to below 1, such as 0.5")
    }
    if let curve, let table, Path.real(curve) == Path.real(table) {
      throw ValidationError("--table \(table): is the file of --curve too; give each its own")
    }
    let hasThresholds = metrics.words.contains { $0.figures(of: .membranes).contains(where: \.isThreshold) }
    for (option, file) in [("--curve", curve), ("--table", table)] {
      guard let file, !hasThresholds else { continue }
      throw ValidationError(
        "\(option) \(file): \(metrics.defaultValueDescription) has no thresholds; add pixel, say, to --metrics"
      )
    }
  }

  func run() throws {
    let outputs = try Outputs(
      of: NamedFiles.paths(truth, areLabels: true) + NamedFiles.paths(prediction), overwrite: overwrite)
    try outputs.check([curve].compactMap(\.self), choice: "curve")
    try outputs.check([table].compactMap(\.self), choice: "table")
    let files = try FileEvaluation(
      truth: truth, prediction: prediction, kind: try kind.kind ?? LabelSurvey(of: truth).kind().kind)
    let evaluator = try files.evaluator(metrics.words, threshold: threshold)
    if let curve {
      try AtomicFile.write(ThresholdChart.svg(evaluator.table, title: prediction), to: curve)
    }
    if let table { try AtomicFile.write(evaluator.table.csv, to: table) }
    let evaluation = evaluator.evaluation
    print(json ? evaluation.json : evaluation.table, terminator: "")
  }
}
