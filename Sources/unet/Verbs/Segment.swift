import ArgumentParser
import Foundation
import UNetConfiguration
import UNetImages
import UNetPrediction
import UNetSegmentation

/// `unet segment`
struct Segment: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Segments images with a trained model.",
    discussion: """
      Images may have any size; they are segmented in overlapping tiles.  The size
      of the tile changes the last bits of the result of a model with numerics
      winograd, and nothing with direct.  For NAME.tif the folder --output gets
      what --write asks for:

      probabilities  NAME-probabilities.tif, 32-bit float from 0 to 1: how likely
                     a pixel is foreground (class 1); with more than two
                     classes a page for each class
      labels         NAME-labels.png, 8 bit: 255 where this is greater than
                     --threshold, else 0; with more than two classes the number
                     of the most probable class
      instances      NAME-instances.tif, 16 bit: every 4-connected region of
                     foreground has a number from 1, the rest is 0; before that
                     --smallest-area, --grow and --fill-holes change the
                     regions, in this order
      masks          the instances as maskNNN.tif, where NNN is the number in
                     the image's name: results for the Cell Tracking Challenge,
                     such as 01_RES/mask007.tif for 01/t007.tif
      logits         NAME-logits.tif, 32-bit float: raw scores, a page for each
                     class
      overlay        NAME-overlay.png: the image, the foreground outlined in red

      --rotations 7 averages the probabilities of the image rotated by 0, 360/7,
      2 * 360/7 ... degrees.  --flips averages the raw scores of the image
      unchanged, mirrored up-down, left-right and both.  --rotations 4 --flips
      are the 8 symmetries of the square.  Each version takes as long as one image.

      A stack gives stacks (labels and overlay as .tif too).
      """)

  @Argument(
    help: "The model.safetensors of a run.", completion: .file(extensions: ["safetensors"]))
  var model: String
  @Argument(
    help:
      "Images: \(ImageFile.formats) files, of which every page is segmented; quoted globs such as 'frames/*.tif'; folders."
  )
  var images: [String]
  @Option(help: "The folder for the results.", completion: .directory)
  var output: String
  @OptionGroup var device: DeviceOption
  @Option(help: ArgumentHelp("What to write, joined by commas.", valueName: "words"))
  var write = WordList<SegmentationOutput>([.probabilities, .labels])
  @OptionGroup var prediction: SegmentationFlags
  @Option(number: "Pixels a side of the tile. (default: the model's)")
  var tile: Int?
  @Flag(
    help:
      "Compute each pixel's window by itself, for models of variant sliding-window: slow, and the same bits."
  )
  var windows = false
  @Flag(help: "Replace results of an earlier run, each when the new one is complete.") var overwrite = false

  func run() throws {
    do { try segment() } catch let error as SegmentationError {
      throw naming(error)
    }
  }

  private func segment() throws {
    let inputs = try SegmentationInputs(images, output: output)
    let model = try Model.read(model)
    var options = try prediction.options(of: model)
    options.tile = tile ?? options.tile
    options.windows = windows
    let segmentation = try Segmentation(
      model, inputs: inputs, folder: output, outputs: write.words, options: options, overwrite: overwrite)
    Interruption.watch()
    let backend = try device.open()
    try segmentation.run(on: backend, observer: Console.observer(show))
  }

  /// Results on standard output; pages on standard error, where that is a terminal.
  private func show(_ progress: Segmentation.Progress) {
    switch progress {
    case .pages(let done, let count, let file):
      if Console.isTerminal { say("\(file): \(done) of \(count) pages", end: "") }
    case .written(let path):
      if Console.isTerminal { say("", end: "") }
      print(path)
    }
  }
}

/// The error in the words of the command: the option at fault, the remedy by its name.
private func naming(_ error: SegmentationError) -> any Error {
  switch error {
  case .tile(let problem): ConfigurationError("--tile", problem)
  case .windows(let kind):
    ConfigurationError("--windows", "the model is \(kind), which has no windows: leave it out")
  case .logits(let rotations):
    ConfigurationError(
      "--write",
      "logits exist for one rotation only, and \(rotations) are averaged: leave them out, or give --rotations 1"
    )
  case .channels, .rotations: error
  }
}
