import ArgumentParser
import Foundation
import UNetConfiguration
import UNetExperiments
import UNetFiles
import UNetImages
import UNetPrediction
import UNetSegmentation
import UNetWork

/// `unet segment`
struct Segment: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Segments images with a trained model.",
    discussion: """
      Images may have any size; they are segmented in overlapping tiles.  The size
      of the tile changes the last bits of the result of a model with numerics
      winograd, and nothing with direct.  Of several models, given before the
      images, the mean of their probabilities is written.  For NAME.tif the
      folder --output gets what --write asks for:

      probabilities  NAME-probabilities.tif, 32-bit float from 0 to 1: how likely
                     a pixel is foreground (class 1); with more than two
                     classes a channel for each class
      labels         NAME-labels.png, 8 bit: 255 where this is greater than
                     --threshold, else 0; with more than two classes the number
                     of the most probable class
      instances      NAME-instances.tif, 16 bit: every 4-connected region of
                     foreground has a number from 1, the rest is 0; before that
                     --smallest-area, --grow and --fill-holes change the
                     regions, in this order; with more than two classes a
                     channel for each but 0, of the pixels whose class it is;
                     32 bit where there are more than 65535
      masks          the instances as maskNNN.tif, where NNN is the number in
                     the image's name: results for the Cell Tracking Challenge,
                     such as 01_RES/mask007.tif for 01/t007.tif
      logits         NAME-logits.tif, 32-bit float: raw scores, a channel for
                     each class
      overlay        NAME-overlay.png: the image, the foreground outlined in red;
                     three channels in colour, of others the mean of all, each
                     spread from black to white
      outlines       NAME-outlines.geojson: the outline of each instance, for
                     QuPath
      rois           NAME-rois.zip: the instances for ImageJ's ROI Manager
      measurements   NAME-measurements.csv: place, size, shape and grey values
                     of each instance

      --rotations 7 averages the probabilities of the image rotated by 0, 360/7,
      2 * 360/7 ... degrees.  --flips averages the raw scores of the image
      unchanged, mirrored up-down, left-right and both.  --rotations 4 --flips
      are the 8 symmetries of the square.  Each version takes as long as one image.

      A stack gives stacks (labels and overlay as .tif too).  A folder is searched
      with the folders in it, which the results keep below --output: of a/x.tif
      a/x-labels.png; hidden files, --output itself, earlier results, and labels
      beside their images (x_mask.png beside x.tif, masks beside images, 01_GT
      beside 01) are left out.  The size of a pixel that an image states is carried over.  An image that cannot be
      segmented is named and does not end the others; the exit status is then 1.

      --format says in what files: pictures as above; pyramid, a TIFF in tiles with
      smaller ones of the same, for QuPath (labels also for OpenSlide); ome-zarr
      (0.4) or ome-zarr-0.5, NAME-labels.ome.zarr.  The latter three are for all but
      masks and overlay; they are made chunk by chunk, hold no page, go on after an
      interruption, and several processes share their chunks (mpirun -n 4 unet
      segment ...).  auto is pyramid from 2^28 pixels on.

      Images are segmented a row of tiles at a time: a page takes as much memory as
      its values in the file, from 256 MiB on mostly none (they lie in --output
      meanwhile), instances 5 bytes a pixel more, overlays 1.
      Rotations, flips and a model's scale hold the whole page as floats:
      Documentation/segmenting.md says how much that is.

      EXAMPLES
        unet segment runs/cells/model.safetensors new.tif --output results
        unet segment model.safetensors plates --output results --write rois
        unet segment model.safetensors slide.svs --output results --tissue \
          --format pyramid --write labels
      """)

  @Argument(
    help: "The model.safetensors of a run; further models may follow, named so, whose classes are the same.",
    completion: .file(extensions: ["safetensors"]))
  var model: String
  @Argument(
    help:
      "Images: \(ImageFile.formats) files, of which every page is segmented; quoted globs such as 'frames/*.tif'; folders with the folders in them."
  )
  var images: [String]
  @Option(help: "The folder for the results.", completion: .directory)
  var output: String
  @OptionGroup var device: DeviceOption
  @Option(help: ArgumentHelp("What to write, joined by commas.", valueName: "words"))
  var write = WordList<SegmentationOutput>([.probabilities, .labels])
  @Option(
    help: ArgumentHelp(
      "In what files: auto, pictures, pyramid, ome-zarr (0.4) or ome-zarr-0.5.", valueName: "format"))
  var format = ResultFormat.auto
  @Option(
    number:
      "Level of a whole-slide image or of OME-Zarr, from 0, the largest. (default: 0; of slides that whose pixels are nearest to the training's)"
  )
  var level: Int?
  @Option(
    help: ArgumentHelp(
      "Part of each image, in pixels of its largest level: left, top, width, height.",
      valueName: "x,y,w,h"), transform: region)
  var region: ImageRegion?
  @Flag(
    help:
      "Leave out chunks of about 1024 x 1024 pixels without colour: they are background, unseen; needs --format pyramid or ome-zarr."
  )
  var tissue = false
  @OptionGroup var prediction: SegmentationFlags
  @Option(number: "Pixels a side of the tile. (default: the model's)")
  var tile: Int?
  @Flag(
    help:
      "Compute each pixel's window by itself, for models of variant sliding-window: slow, and the same bits."
  )
  var windows = false
  @Flag(
    help:
      "Replace results of an earlier run, each when the new one is complete; never another program's files."
  )
  var overwrite = false
  @Flag(
    help:
      "Go on with an earlier run: segment the images that do not have all results that --write names, whatever model and options the others are by."
  )
  var missing = false
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    try write.check("--write")
    guard !(overwrite && missing) else { throw ValidationError("give --overwrite or --missing, not both") }
    guard level ?? 0 >= 0 else { throw ValidationError("--level must be 0 or more, found \(level ?? 0)") }
  }

  private static func region(_ text: String) throws -> ImageRegion {
    guard let region = ImageRegion(text) else {
      throw ValidationError("must be left, top, width and height, such as 1000,2000,4096,4096")
    }
    return region
  }

  func run() throws {
    do { try segment() } catch let error as SegmentationError {
      throw naming(error)
    }
  }

  private func segment() throws {
    let ranks = try RankedProcess.start()
    let further = images.prefix { Path.ending($0) == "safetensors" }
    guard further.count < images.count else { throw ValidationError("give an image after the models") }
    let models = try ([model] + further).map(openModel)
    let inputs = try SegmentationInputs(
      Array(images.dropFirst(further.count)), output: output, channels: models[0].channels)
    let options = try models.map { model in
      var options = try prediction.options(of: model)
      options.tile = tile ?? options.tile
      options.windows = windows
      return options
    }
    let segmentation = try Segmentation(
      models, inputs: inputs, folder: output, outputs: write.words, format: format, options: options,
      earlier: missing ? .kept : overwrite ? .replaced : .refused,
      view: SlideView(level: level, region: region), onlyTissue: tissue,
      team: ranks.map { ranks in .init(rank: ranks.rank, count: ranks.count, gather: ranks.gather) })
    Interruption.watch()
    let backend = try device.open(share: ranks?.localRank ?? 0)
    if let met = RankedProcess.met {
      let facts = try segmentation.facts()
      try met.meet(
        RankFacts(
          work: facts.work, data: facts.images, words: ["another model or other options", "other images"]))
    }
    let progress = SegmentationProgress()
    do {
      try segmentation.run(on: backend, observer: Console.observer(progress.show))
    } catch let error as Interrupted {
      RankedProcess.met?.breakOff()
      throw error.canGoOn && !overwrite ? Interrupted("\(error): go on from there (--missing)") : error
    } catch {
      if !(error is SegmentationFailures) { RankedProcess.met?.breakOff() }
      throw error
    }
  }
}

extension ResultFormat: ExpressibleByArgument {}

/// Opens a model.  Where a training was stopped and has none, the error names the way to it.
func openModel(_ path: String) throws -> Model {
  do { return try Model.read(path) } catch {
    let folder = RunFolder(Files.isFolder(path) ? path : Path.folder(of: path))
    let names = [folder.path, folder.model, folder.checkpoint].map(Path.name)
    guard names.contains(Path.name(path)) else { throw error }
    if !Files.exists(folder.model), !Files.exists(folder.checkpoint), Files.exists(folder.log) {
      throw ConfigurationError(
        path,
        "is not there yet: the training in \(folder.path) goes on, or was ended before its first checkpoint")
    }
    guard let step = folder.stepWithoutModel else { throw error }
    throw ConfigurationError(
      path,
      "is no model, for the training in \(folder.path) was stopped after step \(step): let it go on, or end it there: "
        + "unet train ... --output \(folder.path) --resume --steps \(step)")
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
  case .modelLogits(let count):
    ConfigurationError("--write", "logits are of one model, and \(count) are averaged: leave them out")
  case .channels, .rotations, .classes, .memory, .imageMemory: error
  }
}
