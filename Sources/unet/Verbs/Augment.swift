import ArgumentParser
import Foundation
import UNetExperiments

/// `unet augment`
struct Augment: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes pictures of what training will see (section 3.1).",
    discussion: """
      A PNG for each of the first steps' samples, four squares side by side:
      the image; the image with lines that were straight before, and the frame
      of what is judged; labels (red: unknown); weights (white: the greatest).
      The samples are those of `unet train` with the same experiment and seed.
      """)

  @Argument(help: "The experiment, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
  var experiment: String
  @Option(help: "The folder for the pictures.", completion: .directory) var output: String
  @Option(help: "How many samples.") var count = 8
  @Option(
    help: "The folder that paths in the experiment start from; by default $UNET_DATA, else the experiment's.")
  var data: String?
  @Option(help: "Seed, instead of the experiment's.") var seed: Int?
  @Option(help: "Any key of the experiment: --set augmentation.rotation=15; may be repeated.")
  var set: [String] = []
  @Flag(help: "Also say how long a sample takes.") var time = false

  func validate() throws {
    guard (1...10_000).contains(count) else {
      throw ValidationError("--count \(count): give a number from 1 to 10000")
    }
  }

  func run() throws {
    let overrides = set + (seed.map { ["training.seed=\($0)"] } ?? [])
    let experiment = try Experiment.load(self.experiment, overrides: overrides)
    let root = DataRoot(data, EnvironmentVariable.data.value, experiment: self.experiment)
    let pictures = try SamplePictures(experiment, root: root)
    for note in pictures.notes { say("note: \(note)") }
    for line in try pictures.write(count, to: output) { print(line) }
    if time {
      print(String(format: "a sample takes %.2f ms of one core (median of 100)", pictures.milliseconds()))
    }
  }
}
