import ArgumentParser
import UNetCPU
import UNetExchange
import UNetFiles
import UNetImages
import UNetPrediction
import UNetVersion

/// `unet export`
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes a model for other programs: ONNX, a bioimage.io package, PyTorch.",
    discussion: """
      onnx        a file that takes grey values [images, channels, height, width]
                  of any size and gives the probability of each class for each
                  pixel, as `unet segment` does: normalisation, mirroring
                  beyond the borders and the network are inside
      bioimageio  a folder for bioimage.io, DeepImageJ, bioimageio.core: the
                  ONNX file, a test image with its result, a cover, rdf.yaml;
                  needs --example, --name, --description, --author, --license
      torch       a folder with the weights and swift_unet.py, which defines
                  and loads the network

      What is not inside, such as data.scale and averaged versions, is told, and stands in the metadata.

      EXAMPLES
        unet export runs/cells/model.safetensors --to onnx --output cells.onnx
        unet export runs/cells/model.safetensors --to torch --output cells-torch
        unet export runs/cells/model.safetensors --to bioimageio --example new.tif --name "Cells in phase contrast" --description \
      "Segments ..." --author "..." --license CC-BY-4.0 --output cells-bioimageio
      """)

  /// What a model can be written as.
  enum Form: String, CaseIterable, ExpressibleByArgument { case onnx, bioimageio, torch }

  @Argument(help: "The model, a model.safetensors.", completion: .file(extensions: ["safetensors"]))
  var model: String
  @Option(help: "What to write.") var to: Form
  @Option(help: "The file, or for bioimageio and torch the folder, to write.", completion: .file())
  var output: String
  @Flag(help: "onnx: leave normalisation out; images will be given normalised.") var normalised = false
  @Option(help: "bioimageio: an image like those that the model is for.", completion: .file()) var example:
    String?
  @Option(help: "bioimageio: what the model is called.") var name: String?
  @Option(help: "bioimageio: a sentence about it.") var description: String?
  @Option(help: "bioimageio: who made it; may be repeated.") var author: [String] = []
  @Option(help: "bioimageio: its licence, as SPDX names it, such as CC-BY-4.0.") var license: String?
  @Option(help: "bioimageio: what to cite, a DOI or an address; may be repeated.") var cite: [String] = []
  @Flag(help: "Replace files that are there.") var overwrite = false
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    let own: [(String, Bool)] = [
      ("--example", example != nil), ("--name", name != nil), ("--description", description != nil),
      ("--author", !author.isEmpty), ("--license", license != nil),
    ]
    if to == .bioimageio {
      let missing = own.filter { !$0.1 }.map(\.0)
      guard missing.isEmpty else {
        throw ValidationError("a bioimage.io package needs \(missing.joined(separator: ", "))")
      }
    } else if let given = (own + [("--cite", !cite.isEmpty)]).first(where: \.1) {
      throw ValidationError("\(given.0) belongs to --to bioimageio")
    }
    guard !normalised || to == .onnx else { throw ValidationError("--normalised belongs to --to onnx") }
  }

  func run() throws {
    let read = try Model.read(model)
    do {
      switch to {
      case .onnx: try writeONNX(read)
      case .bioimageio: try writePackage(read)
      case .torch: try writeTorch(read)
      }
    } catch let error as ONNXError {
      throw ModelError(model, "cannot be written as ONNX: \(error)")
    }
  }

  private func writeONNX(_ read: Model) throws {
    try Outputs(of: [model], overwrite: overwrite).check([output])
    let exported = try ONNXModel(read, normalised: !normalised, producer: Version.number)
    let bytes = try exported.bytes
    try AtomicFile.write(to: output, replacing: overwrite) { try $0.write(bytes) }
    printLine(
      "\(output)  \(ONNXModel.input) [images, \(read.channels), height, width] -> \(ONNXModel.output) "
        + "[images, \(read.network.classes), height, width], opset \(ONNXModel.opset)")
    tell(exported.outside)
  }

  private func writePackage(_ read: Model) throws {
    let particulars: BioImagePackage.Particulars
    do {
      particulars = try .init(
        name: name ?? "", description: description ?? "", authors: author, license: license ?? "",
        citations: cite)
    } catch let error as ParticularsError { throw ValidationError(error.description) }
    let example = example ?? ""
    let file = try PageFile(example)
    let image = try file.page(0).image()
    if file.count > 1 { say("note: \(example): the first of \(file.count) pages is taken") }
    let files = BioImagePackage.fileNames.map { Path.join(output, $0) }
    try Outputs(of: [model, example], overwrite: overwrite).check(files)
    let package: BioImagePackage
    do {
      package = try BioImagePackage(
        read, particulars, example: image, on: try CPUBackend(), producer: Version.number)
    } catch let error as ParticularsError {
      throw DataError(example, error.description)
    } catch let error as SegmentationError { throw DataError(example, "cannot be the example: \(error)") }
    try Files.makeFolder(output)
    try ImageFile.write([package.cover], to: Path.join(output, BioImagePackage.coverName))
    // The description is the last of the files: with it the package is whole.
    for file in package.files {
      try AtomicFile.write(to: Path.join(output, file.name), replacing: overwrite) {
        try $0.write(file.bytes)
      }
    }
    printLine("\(Path.join(output, "rdf.yaml"))  \(particulars.name), \(particulars.license)")
    tell(package.outside)
  }

  private func writeTorch(_ read: Model) throws {
    let (weights, program) = (Path.join(output, "model.safetensors"), Path.join(output, "swift_unet.py"))
    try Outputs(of: [model], overwrite: overwrite).check([weights, program])
    try Files.makeFolder(output)
    try read.write(to: weights, replacing: overwrite)
    do { try AtomicFile.write(TorchProgram.text, to: program, replacing: overwrite) } catch {
      if !overwrite { Files.remove(weights) }
      throw error
    }
    printLine("\(program)  from swift_unet import load; network = load(\"\(weights)\")")
    tell(ONNXModel.outside(read))
  }

  private func tell(_ outside: [String]) {
    for step in outside { say("note: not in \(output): \(step)") }
  }
}
