import ArgumentParser
import UNetExchange
import UNetFiles
import UNetPrediction
import UNetVersion

/// `unet export`
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes a model as ONNX.",
    discussion: """
      The file takes grey values [images, channels, height, width] of any size and gives the probability of each class for each pixel, as \
      `unet segment` does: normalisation, mirroring beyond the borders and the network are inside. What is not, such as data.scale and \
      averaged versions, is told, and stands in the file's metadata. Runs in onnxruntime, OpenVINO, DeepImageJ, QuPath, browsers.

      EXAMPLES
        unet export runs/cells/model.safetensors --output cells.onnx
        unet export runs/cells/model.safetensors --normalised --output cells.onnx
      """)

  /// What a model can be written as.
  enum Form: String, CaseIterable, ExpressibleByArgument { case onnx }

  @Argument(help: "The model, a model.safetensors.", completion: .file(extensions: ["safetensors"]))
  var model: String
  @Option(help: "What to write.") var to = Form.onnx
  @Option(help: "The file to write.", completion: .file(extensions: ["onnx"])) var output: String
  @Flag(help: "Leave normalisation out: images will be given normalised.") var normalised = false
  @Flag(help: "Replace a file that is there.") var overwrite = false

  func run() throws {
    try Outputs(of: [model], overwrite: overwrite).check([output])
    let read = try Model.read(model)
    let exported: ONNXModel
    do { exported = try ONNXModel(read, normalised: !normalised, producer: Version.number) } catch let error
      as ONNXError
    { throw ModelError(model, "cannot be written as ONNX: \(error)") }
    let bytes = try exported.bytes
    try AtomicFile.write(to: output) { try $0.write(bytes) }
    printLine(
      "\(output)  \(ONNXModel.input) [images, \(read.channels), height, width] -> \(ONNXModel.output) "
        + "[images, \(read.network.classes), height, width], opset \(ONNXModel.opset)")
    for step in exported.outside { say("note: not in \(output): \(step)") }
  }
}
