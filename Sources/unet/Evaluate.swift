import ArgumentParser
import UNetData
import UNetEvaluation
import UNetExperiments

/// `unet evaluate`
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compares a segmentation with the truth.",
    discussion: """
      Truth and prediction are each a file (a stack counts page by page), a
      quoted glob or a folder.  Files of sequences pair by equal names, else by
      the last number in the name: man_seg007.tif with mask007.tif or
      t007-instances.tif.  Predictions without a truth are left out.
      A prediction holds probabilities (32-bit float from 0 to 1, or 8 bit as
      value / 255) or instances (16 bit).

      pixel  pixel error of the EM challenge, 1 - the greatest F-score over the
             thresholds 0, 0.1 ... 1; and the share of wrong pixels at 0.5
      iou    intersection over union of all white pixels
      seg    SEG of the Cell Tracking Challenge: mean intersection over union
             of the true objects
      """)

  @Option(help: "The true labels.") var truth: String
  @Option(help: "What is to be judged.") var prediction: String
  @Option(help: ArgumentHelp("What to compute, joined by commas.", valueName: "words"))
  var metrics = WordList<Metric>([.pixel, .iou, .seg])
  @OptionGroup var kind: KindOption
  @Option(help: "White, for iou and seg, is a probability greater than this.") var threshold = 0.5
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    guard (0..<1).contains(threshold) else {
      throw ValidationError("--threshold \(threshold): give a number from 0 to below 1, such as 0.5")
    }
  }

  func run() throws {
    let files = try FileEvaluation(
      truth: truth, prediction: prediction, kind: try kind.kind ?? .guess(truth))
    let evaluation = try files(metrics.words, threshold: threshold)
    print(json ? evaluation.json : evaluation.table, terminator: "")
  }
}
