import ArgumentParser
import UNetExperiments

/// `unet synthesize`
struct Synthesize: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes synthetic images with labels, to try things out.",
    discussion: """
      Writes two stacks, images.tif and labels.tif, whose pages belong together; with --files two
      folders, images and labels, with a PNG for each image and its labels.

      membranes  cells with dark membranes, as in electron microscopy;
                 labels: 0 membrane, 255 cell (8 bit)
      cells      touching bright cells, as in phase contrast;
                 labels: 0 background, else the cell's number (16 bit)

      The same options give the same images on every machine.

      EXAMPLES
        unet synthesize cells --output synthetic --count 4 --size 256
      """)

  @Argument(help: "What the images show: membranes or cells.") var kind: Experiment.SyntheticPictures.Kind
  @Option(help: "The folder for the two stacks or folders.", completion: .directory) var output: String
  @Option(number: Experiment.SyntheticPictures.options.help("count")) var count = 30
  @Option(number: Experiment.SyntheticPictures.options.help("size")) var size = 512
  @Option(number: Experiment.SyntheticPictures.options.help("seed")) var seed = 1
  @Flag(help: "Write a PNG for each image and for its labels.") var files = false
  @Flag(help: "Replace files that are there.") var overwrite = false
  @OptionGroup var verbosity: Verbosity

  func validate() throws { _ = try pictures() }

  private func pictures() throws -> Experiment.SyntheticPictures {
    var pictures = Experiment.SyntheticPictures()
    pictures.kind = kind
    try Experiment.SyntheticPictures.options.read(
      flags: ["count": count, "size": size, "seed": seed], into: &pictures)
    if let problem = pictures.problem { throw ValidationError("\(kind.rawValue) \(problem)") }
    return pictures
  }

  func run() throws {
    let pictures = try pictures()
    let (images, labels) = try pictures.write(to: output, asFiles: files, overwrite: overwrite)
    printLine(images)
    printLine("\(labels)  data.kind: \(pictures.labelKind.rawValue)")
  }
}

extension Experiment.SyntheticPictures.Kind: ExpressibleByArgument {}
