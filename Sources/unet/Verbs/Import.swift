import ArgumentParser
import UNetData
import UNetExchange
import UNetFiles
import UNetImages
import UNetPrediction

/// `unet import`
struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes a model of a U-Net that PyTorch or Caffe has trained.",
    discussion: """
      Reads the state of a network from a safetensors file (half, brain and double floats too), of the names of Pytorch-UNet, of \
      brain-segmentation-pytorch (the U-Net of PyTorch's hub) or of swift-unet. Batch normalisation goes into the filters; a single score \
      becomes two classes. In Python: safetensors.torch.save_file(net.state_dict(), "state.safetensors"). A .caffemodel is one of the network \
      that the paper's authors published in 2015.

      EXAMPLES
        unet import state.safetensors --divide 255 --output model.safetensors
        unet segment model.safetensors images --output results
      """)

  @Argument(
    help: "The state, a safetensors file or a .caffemodel.",
    completion: .file(extensions: ["safetensors", "caffemodel"])) var state: String
  @Option(help: "The model's file.", completion: .file(extensions: ["safetensors"])) var output: String
  @Option(help: "What is done with grey values: none, mean-deviation or percentile.") var normalisation =
    Normalisation.none
  @Option(number: "By what grey values were divided in training: 255 where 8 bits were read as 0 to 1.")
  var divide = 1.0
  @Option(
    help:
      "What the labels meant: membranes, instances or classes. (default: membranes, of more than two classes classes)"
  )
  var kind: LabelKind?
  @Flag(help: "Replace a file that is there.") var overwrite = false
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard (1e-6...1e6).contains(divide) else {
      throw ValidationError("--divide \(divide): give a number from 0.000001 to 1000000, such as 255")
    }
    guard divide == 1 || normalisation == .none else {
      throw ValidationError(
        "--divide and --normalisation exclude each other: normalised grey values are the same however they were divided"
      )
    }
  }

  func run() throws {
    try Outputs(of: [state], overwrite: overwrite).check([output])
    var preparation = ImportedState.Preparation()
    (preparation.normalisation, preparation.divisor, preparation.kind) = (normalisation, divide, kind)
    let imported = try ImportedState(state, preparation)
    if !imported.unused.isEmpty {
      say("note: \(state): not used: \(listed(imported.unused))")
    }
    try imported.model.write(to: output, replacing: overwrite)
    // What was written is read as any model is.
    let model = try Model.read(output)
    printLine(
      "\(output)  \(model.network.summary), width \(model.network.width), \(model.channels) channels, \(model.network.classes) classes, by the names of "
        + imported.program + (imported.hadNormalisation ? ", batch normalisation in the filters" : ""))
  }
}

extension Normalisation: ExpressibleByArgument {}
