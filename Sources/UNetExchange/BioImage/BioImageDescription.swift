import UNetImages
import UNetPrediction
import Yams

/// `rdf.yaml`, by https://github.com/bioimage-io/spec-bioimage-io, model 0.5.
struct BioImageDescription {
  let particulars: BioImagePackage.Particulars
  let model: Model
  let sizes: BlockSizes
  /// The SHA-256 of files by their names.
  let digests: [String: String]

  /// The U-Net's paper, which whoever uses one cites.
  private static var paper: Node {
    [
      "text":
        "O. Ronneberger, P. Fischer, T. Brox: U-Net: Convolutional Networks for Biomedical Image Segmentation. MICCAI 2015",
      "doi": "10.1007/978-3-319-24574-4_28",
    ]
  }

  func yaml(version: String) throws -> String {
    try Yams.serialize(node: document(version: version), width: 120, allowUnicode: true, sortKeys: false)
  }

  private func document(version: String) -> Node {
    let own = particulars.citations.map { citation -> Node in
      ["text": text(citation), BioImagePackage.Particulars.isDOI(citation) ? "doi" : "url": text(citation)]
    }
    return [
      "format_version": "0.5.4",
      "type": "model",
      "name": text(particulars.name),
      "description": text(particulars.description),
      "authors": list(particulars.authors.map { ["name": text($0)] }),
      "cite": list(own + (model.network.window == nil ? [Self.paper] : [])),
      "license": text(particulars.license),
      "documentation": "README.md",
      "covers": [Node(BioImagePackage.coverName)],
      "tags": ["semantic-segmentation", "unet", "swift-unet"],
      "inputs": [input],
      "outputs": [output],
      "weights": [
        "onnx": [
          "source": "weights.onnx", "sha256": digest("weights.onnx"),
          "opset_version": number(ONNXModel.opset),
        ]
      ],
      "config": ["swift-unet": Node([(text("version"), text(version))] + metadata)],
    ]
  }

  private var input: Node {
    [
      "id": Node(ONNXModel.input),
      "description": "Grey values as files have them.",
      "axes": [
        ["type": "batch"],
        [
          "type": "channel",
          "channel_names": list(
            (0..<model.channels).map { model.channels == 1 ? "grey" : text("channel\($0)") }),
        ],
        space("y", ["min": number(sizes.least), "step": number(sizes.step)]),
        space("x", ["min": number(sizes.least), "step": number(sizes.step)]),
      ],
      "data": ["type": "float32"],
      // As the network mirrors beyond an image.
      "pad": ["mode": "reflect"],
      "preprocessing": list(preprocessing),
      "test_tensor": ["source": "test-input.npy", "sha256": digest("test-input.npy")],
    ]
  }

  private var output: Node {
    func axis(_ id: String) -> Node {
      [
        "type": "space", "id": Node(id), "halo": number(sizes.halo),
        "size": ["tensor_id": Node(ONNXModel.input), "axis_id": Node(id)],
      ]
    }
    return [
      "id": Node(ONNXModel.output),
      "description": "The probability of each class.",
      "axes": [
        ["type": "batch"],
        [
          "type": "channel",
          "channel_names": list(model.classNames.split(separator: ",").map { text(Self.word(String($0))) }),
        ],
        axis("y"), axis("x"),
      ],
      "data": ["type": "float32", "range": ["0.0", "1.0"]],
      "test_tensor": ["source": "test-output.npy", "sha256": digest("test-output.npy")],
    ]
  }

  /// The normalisation, of the whole image.
  private var preprocessing: [Node] {
    let axes: Node = ["channel", "y", "x"]
    switch model.preparation.normalisation {
    case .none: return []
    case .meanDeviation:
      return [["id": "zero_mean_unit_variance", "kwargs": ["axes": axes, "eps": "1.0e-6"]]]
    case .percentile:
      return [
        [
          "id": "scale_range",
          "kwargs": ["axes": axes, "min_percentile": "1.0", "max_percentile": "99.0", "eps": "1.0e-6"],
        ]
      ]
    }
  }

  /// Names of channels are words.
  private static func word(_ name: String) -> String { name.first?.isNumber == true ? "class\(name)" : name }

  private var metadata: [(Node, Node)] {
    model.metadata.sorted { $0.key < $1.key }.map { (text($0.key), text($0.value)) }
  }

  private func space(_ id: String, _ size: Node) -> Node { ["type": "space", "id": Node(id), "size": size] }
  private func digest(_ file: String) -> Node { text(digests[file] ?? "") }
  private func number(_ value: Int) -> Node { Node("\(value)", .init(.int)) }
  private func list(_ nodes: [Node]) -> Node { Node(nodes) }
  /// A text that looks like a number stays one.
  private func text(_ value: String) -> Node { Node(value, .init(.str), .doubleQuoted) }

  private static func origin(_ model: Model) -> String {
    model.experiment.isEmpty
      ? "trained by another program and imported into swift-unet"
      : "trained by swift-unet in \(model.step) steps (experiment \(model.experiment), SHA-256 \(model.hash))"
  }

  /// The page of text that goes with the model.
  static func page(
    _ particulars: BioImagePackage.Particulars, _ model: Model, _ outside: [String]
  ) -> String {
    let steps = outside.map { "- \($0)\n" }.joined()
    return """
      # \(particulars.name)

      \(particulars.description)

      A \(model.network.summary) network of width \(model.network.width), \(origin(model)).  It gives the probability of each class (\(model.classNames)) for images of \
      \(model.channels == 1 ? "one grey value" : "\(model.channels) grey values") a pixel.

      ## What is not inside

      \(steps.isEmpty ? "Nothing: the description has the normalisation, and mirroring beyond the borders is part of the network.\n" : steps)
      ## Validation

      Compare its results on images of your own with labels by hand before you rely on them: images of another microscope, stain or cell
      line may be segmented much worse than those that it has learnt from.

      """
  }
}
