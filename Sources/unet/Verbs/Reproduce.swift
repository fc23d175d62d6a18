import ArgumentParser
import Foundation
import UNetConfiguration
import UNetExperiments
import UNetReproduction
import UNetWork

/// `unet reproduce`
struct Reproduce: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes a table of the paper again: trains, judges, and writes it.",
    discussion: """
      table1    the EM segmentation challenge: warping, Rand and pixel error, V_rand
                and V_info of the U-Net and of the sliding-window network
      table2    the cell tracking challenge: SEG on PhC-U373 and DIC-HeLa
      ablation  what the paper leaves open, one choice after the other

      The test labels of the challenges are not public, so part of the training
      sets is held out and judged.  The data are not part of this program: the
      folder named by --data or $UNET_DATA holds isbi2012/ and ctc/ as
      Experiments/README.md says, and every image is checked by its SHA-256.

      The table is written as Markdown and CSV.  Interrupted, the same command
      goes on where it was.
      """)

  @Argument(help: ArgumentHelp("table1, table2 or ablation.", valueName: "table")) var table: ReproducedTable
  @Option(help: "quick (small networks, for a CPU) or full (the paper's, for a GPU).") var budget = Budget
    .quick
  @Option(help: "Trainings of each held-out part; by default as many as the budget has.") var seeds: Int?
  @Option(help: "Steps of every training, to try it out; the table's name says so.") var steps: Int?
  @OptionGroup var device: DeviceOption
  @Option(help: "The folder that holds isbi2012/ and ctc/; by default $UNET_DATA.", completion: .directory)
  var data: String?
  @Option(help: "Where trainings leave their files.", completion: .directory) var runs = "runs"
  @Option(help: "The folder for the table.", completion: .directory) var output = "Experiments/results"

  func validate() throws {
    guard seeds.map({ (1...100).contains($0) }) ?? true else {
      throw ValidationError("--seeds \(seeds ?? 0): give a number from 1 to 100")
    }
    guard steps.map({ $0 > 0 }) ?? true else {
      throw ValidationError("--steps \(steps ?? 0): give a number from 1")
    }
  }

  func run() throws {
    let named = [data, EnvironmentVariable.data.value].compactMap { $0 }.first { !$0.isEmpty }
    guard let named else {
      throw ConfigurationError(
        "--data", "is missing: give the folder that holds isbi2012/ and ctc/, or name it in UNET_DATA")
    }
    let root = DataRoot(named, experiment: "")
    let reproduction = Reproduction(
      table, budget: budget, seeds: seeds, steps: steps, root: root, runs: runs, results: output)
    Interruption.watch()
    let backend = try device.open()
    do {
      for file in try reproduction.run(on: backend, observer: Console.observer(ProgressBar().show)) {
        print(file)
      }
    } catch let error as Interrupted {
      throw Interrupted("\(error.description.prefix { $0 != ";" }); the same command goes on from there")
    }
  }
}

extension ReproducedTable: ExpressibleByArgument {}
extension Budget: ExpressibleByArgument {}
