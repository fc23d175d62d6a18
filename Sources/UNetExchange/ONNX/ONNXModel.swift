import SwiftProtobuf
import UNetData
import UNetMessages
import UNetNetworks
import UNetPrediction

/// A trained model as ONNX: grey values of images of any size to the probabilities of the classes.
///
/// Inside are the normalisation, the mirroring beyond the image's borders (figure 2) and the network; what comes before and after,
/// `scale`, averaged versions, threshold and instances, stands in the metadata.
package struct ONNXModel {
  /// The operators' version, that of ONNX 1.12; the form of its files is 8.
  package static let opset = 17
  package static let input = "image", output = "probabilities"
  /// A message of protocol buffers has less than 2 GiB.
  private static let largest = 2_000_000_000
  private let message: Onnx_ModelProto
  /// What whoever uses the file must do beside it, in words.
  package let outside: [String]
  /// Pixels beyond each border of a part of an image on which its result depends.
  let margin: Int

  /// `model`, whose weights are read.  With `normalised: false` images are to be given normalised.
  /// - Throws: `ModelError`, `ShapeError`, and the errors of where the weights lie.
  package init(_ model: Model, normalised inside: Bool = true, producer version: String) throws {
    var nodes = ONNXNodes()
    let traced = try TracedNetwork(
      model.network, tile: model.tile, channels: model.channels, numerics: model.numerics)
    let size = 4 * traced.graph.parameters.map(\.value.shape.count).reduce(0, +)
    guard size < ONNXModel.largest else { throw ONNXError(size: size) }
    for parameter in traced.graph.parameters {
      // Which tensors there are was checked when the model was read.
      if let tensor = try model.weights[parameter.name] { nodes.tensor(parameter.name, tensor) }
    }
    let normalised =
      inside ? nodes.normalised(ONNXModel.input, model.preparation.normalisation) : ONNXModel.input
    var window = ONNXWindow(model.network, traced)
    let square = window.mirrored(normalised, in: &nodes)
    let scores = try ONNXNetwork.append(
      traced.graph, from: traced.input, called: square, to: traced.probabilities, named: "network", to: &nodes
    )
    window.crop(scores, to: ONNXModel.output, in: &nodes)
    nodes.end(
      model.experiment.isEmpty ? "U-Net" : model.experiment,
      input: ONNXNodes.value(
        ONNXModel.input, ["images", "\(model.channels)", "height", "width"],
        inside ? "grey values as files have them" : "grey values, normalised"),
      output: ONNXNodes.value(
        ONNXModel.output, ["images", "\(model.network.classes)", "height", "width"],
        "of each class: \(model.classNames)"))
    var message = Onnx_ModelProto()
    (message.irVersion, message.producerName, message.producerVersion) = (8, "swift-unet", version)
    var operators = Onnx_OperatorSetIdProto()
    operators.version = Int64(ONNXModel.opset)
    (message.opsetImport, message.graph) = ([operators], nodes.graph)
    message.metadataProps = model.metadata.sorted { $0.key < $1.key }.map { key, value in
      var property = Onnx_StringStringEntryProto()
      (property.key, property.value) = (key, value)
      return property
    }
    self.message = message
    outside = ONNXModel.outside(model, normalised: inside)
    margin = window.margin
  }

  /// The bytes of the file.
  package var bytes: [UInt8] {
    get throws { try message.serializedBytes() }
  }
}

extension ONNXModel {
  /// What `unet segment` does with `model`, and a network alone leaves to its user.
  package static func outside(_ model: Model, normalised: Bool = true) -> [String] {
    let (preparation, threshold) = (model.preparation, model.threshold)
    var steps: [String] = []
    if preparation.scale != 1 {
      steps.append("images are resized by \(preparation.scale) before, and probabilities back")
    }
    if !normalised, preparation.normalisation != .none {
      steps.append("grey values are normalised before (\(preparation.normalisation.rawValue))")
    }
    if preparation.averaging != .none {
      steps.append("\(preparation.averaging.passes) versions of the image are averaged")
    }
    if model.network.classes == 2 {
      steps.append(
        "foreground is where the probability of \(model.classNames.split(separator: ",").last ?? "") is above \(threshold)"
      )
    }
    let instances = InstanceOptions.options.strings(of: model.instances)
    let usual = InstanceOptions.options.strings(of: InstanceOptions())
    let chosen = instances.filter { usual[$0.key] != $0.value }.sorted { $0.key < $1.key }
    if !chosen.isEmpty {
      steps.append("instances are made by \(chosen.map { "\($0.key) \($0.value)" }.joined(separator: ", "))")
    }
    return steps
  }
}
