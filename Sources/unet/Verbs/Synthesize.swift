import ArgumentParser
import UNetExperiments

/// `unet synthesize`
struct Synthesize: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes pictures with known labels, to try training on files.",
    discussion: """
      Writes two stacks, images.tif and labels.tif, page for page.

      membranes  cells with dark membranes, as in electron microscopy;
                 labels: 0 membrane, 255 cell (8 bit)
      cells      touching bright cells, as in phase contrast;
                 labels: 0 background, else the cell's number (16 bit)

      The same options give the same pictures on every machine.
      """)

  @Argument(help: "membranes or cells.") var kind: Experiment.SyntheticPictures.Kind
  @Option(help: "The folder for the two files.", completion: .directory) var output: String
  @Option(help: "How many pictures.") var count = 30
  @Option(help: "Pixels a side.") var size = 512
  @Option(help: "The first picture's number; each further one has the next.") var seed = 1

  func validate() throws {
    guard (1...10_000).contains(count) else {
      throw ValidationError("--count \(count): give a number from 1 to 10000")
    }
    guard (16...16_384).contains(size) else {
      throw ValidationError("--size \(size): give a number from 16 to 16384")
    }
    guard seed >= 0 else { throw ValidationError("--seed \(seed): give 0 or a positive number") }
  }

  func run() throws {
    var pictures = Experiment.SyntheticPictures()
    (pictures.kind, pictures.count, pictures.size, pictures.seed) = (kind, count, size, seed)
    let (images, labels) = try pictures.write(to: output)
    print(images)
    print("\(labels)  data.kind: \(pictures.labelKind.rawValue)")
  }
}

extension Experiment.SyntheticPictures.Kind: ExpressibleByArgument {}
