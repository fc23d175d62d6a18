import ArgumentParser
import Foundation
import UNetExperiments

/// `unet augment`
struct Augment: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes pictures of the augmented samples that training will see.",
    discussion: """
      Writes a PNG for the sample of each of the first steps, with four squares
      side by side: the image; the image with a lattice that was straight before
      the deformation, and the square whose pixels are learnt; the labels (red:
      unknown); the weights (white: the greatest).  `unet train` with the same
      experiment and seed sees the same samples.

      EXAMPLES
        unet augment cells/experiment.yaml --output samples --count 4
      """)

  @OptionGroup var experiment: ExperimentOption
  @Option(help: "The folder for the pictures.", completion: .directory) var output: String
  @Option(number: "Number of samples.") var count = 8
  @Flag(help: "Also measure how long a sample takes, in milliseconds of one core.") var time = false
  @Flag(help: "Replace pictures that are there.") var overwrite = false
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard (1...10_000).contains(count) else {
      throw ValidationError("--count \(count): give a number from 1 to 10000")
    }
  }

  func run() throws {
    let pictures = try SamplePictures(experiment.load(), root: experiment.root)
    for note in pictures.notes { say("note: \(note)") }
    for line in try pictures.write(count, to: output, overwrite: overwrite) { printLine(line) }
    if time {
      print(String(format: "a sample takes %.2f ms of one core (median of 100)", pictures.milliseconds()))
    }
  }
}
