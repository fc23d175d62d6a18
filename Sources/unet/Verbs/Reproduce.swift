import ArgumentParser
import Foundation
import UNetConfiguration
import UNetExperiments
import UNetReproduction
import UNetWork

/// `unet reproduce`
struct Reproduce: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Repeats the trainings of a table of the paper and writes the table.",
    discussion: """
      table1    the EM segmentation challenge: warping, Rand and pixel error, V_rand
                and V_info of the U-Net and of the sliding-window network
      table2    the cell tracking challenge: SEG on PhC-U373 and DIC-HeLa
      ablation  what the paper leaves open, one choice at a time

      The test labels of the challenges are not public, so part of the training
      sets is held out, and figures are measured on that.  The images are not part
      of this command: --data or $UNET_DATA names a folder that has isbi2012/ and
      ctc/, as Experiments/README.md says.  Every image is checked by its SHA-256.

      The table is written as Markdown and CSV.  After an interruption the same
      command goes on where it stopped.  --row and --held-out make a part of it,
      where a card is there for a while; the whole table takes up its trainings.

      EXAMPLES
        unet reproduce table1 --data data --output results
        unet reproduce table1 --budget full --row u-net --held-out 20-29 --seeds 1
      """)

  @Argument(help: ArgumentHelp("table1, table2 or ablation.", valueName: "table")) var table: ReproducedTable
  @Option(
    help: "quick (small networks, one to two hours on two cores) or full (the paper's network, for a GPU)."
  ) var budget = Budget
    .quick
  @Option(
    number:
      "Number of trainings for each held-out part. (default: 3; of the ablation 2 for quick and 5 for full)")
  var seeds: Int?
  @Option(
    number:
      "Number of steps of every training, to try it out; the table's name says so. (default: the experiments')"
  ) var steps: Int?
  @Option(
    help:
      "Only this row: u-net or sliding-window, of table2 phc-u373 or dic-hela, of the ablation base, up-relu, no-border-weights or no-elastic."
  ) var row: String?
  @Option(
    help:
      "Only the trainings without this part: such as 20-29 of table1 and the ablation, 01 or 02 of table2.")
  var heldOut: String?
  @OptionGroup var device: DeviceOption
  @Option(help: "The folder that has isbi2012/ and ctc/. (default: $UNET_DATA)", completion: .directory)
  var data: String?
  @Option(help: "The folder for the trainings' files.", completion: .directory) var runs = "runs"
  @Option(help: "The folder for the table.", completion: .directory) var output = "Experiments/results"

  @Flag(
    help:
      "Repeat the study by which the table's experiments were chosen, inside their training images, in place of the table."
  ) var choose = false
  @Flag(help: "Replace a table that is there; trainings that are done are kept.") var overwrite = false
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    try TableRun.validate(seeds: seeds, steps: steps)
    guard !choose || table != .ablation && budget == .quick else {
      throw ValidationError("--choose is for table1 and table2 of budget quick: nothing else was chosen")
    }
    guard !choose || row == nil && heldOut == nil else {
      throw ValidationError("--row and --held-out are for tables; the studies of --choose are made whole")
    }
  }

  func run() throws {
    let named = [data, EnvironmentVariable.data.value].compactMap { $0 }.first { !$0.isEmpty }
    guard let named else {
      throw ConfigurationError(
        "--data", "give the folder that has isbi2012/ and ctc/, or name it in UNET_DATA")
    }
    let root = DataRoot(named, experiment: "")
    let plans =
      try choose
      ? ReproductionPlan.choices(for: table) : [.of(table, budget).only(row: row, heldOut: heldOut)]
    let tables = plans.map {
      Reproduction(
        $0, seeds: seeds, steps: steps, root: root, runs: runs, results: output, overwrite: overwrite,
        arguments: CommandLine.arguments)
    }
    try TableRun.run(tables, on: device)
  }
}

extension ReproducedTable: ExpressibleByArgument {}
extension Budget: ExpressibleByArgument {}
