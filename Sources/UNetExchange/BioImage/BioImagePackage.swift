import UNetFiles
import UNetImages
import UNetNumerics
import UNetPrediction
import UNetReports
import UNetRuntime

/// A model as a folder that bioimage.io, DeepImageJ and bioimageio.core read (model RDF 0.5): ONNX weights, a test
/// image with its result, a cover, a page of text and the description of it all.
package struct BioImagePackage {
  /// What only the model's maker knows.
  package struct Particulars: Sendable {
    /// For people: the model's name, a sentence about it, its makers, and the identifier of its licence by SPDX.
    package let name: String, description: String, authors: [String], license: String
    /// What to cite beside the paper of the network: DOIs and addresses.
    package let citations: [String]

    /// These particulars.
    /// - Throws: `ParticularsError` where the format does not allow one.
    package init(
      name: String, description: String, authors: [String], license: String, citations: [String] = []
    ) throws {
      let allowed = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_+- ()".contains($0)) }
      guard allowed, (5...128).contains(name.count) else {
        throw ParticularsError(
          "the name '\(name)' must have 5 to 128 letters from a to z, digits, spaces and _ + - ( )")
      }
      guard (1...1024).contains(description.count) else {
        throw ParticularsError("the description must have 1 to 1024 characters, and has \(description.count)")
      }
      guard Self.licenses.contains(license) else {
        throw ParticularsError(
          "'\(license)' is no identifier of SPDX (https://spdx.org/licenses): give one such as CC-BY-4.0, CC0-1.0 or MIT"
        )
      }
      if let author = authors.first(where: { $0.contains("/") || $0.contains("\\") || $0.isEmpty }) {
        throw ParticularsError("the author '\(author)' must be a name without / and \\")
      }
      for citation in citations where !Self.isDOI(citation) && !Self.isAddress(citation) {
        throw ParticularsError(
          "'\(citation)' cannot be cited: give a DOI, such as 10.1038/s41592-018-0261-2, or an address that begins with https://"
        )
      }
      (self.name, self.description, self.authors) = (name, description, authors)
      (self.license, self.citations) = (license, citations)
    }

    private static let licenses = Set(
      String(decoding: PackageResources.spdx_licenses_txt, as: UTF8.self).split(separator: "\n").map(
        String.init))

    static func isDOI(_ text: String) -> Bool { text.wholeMatch(of: /10\.[0-9]{4,9}\/\S+/) != nil }
    private static func isAddress(_ text: String) -> Bool { text.wholeMatch(of: /https?:\/\/\S+/) != nil }
  }

  /// Files by their names in the folder.
  package let files: [(name: String, bytes: [UInt8])]
  /// What whoever uses the model must do beside it.
  package let outside: [String]
  /// The picture of the example beside its result.
  package let cover: Image
  /// The name of `cover`, and those of all files.
  package static let coverName = "cover.png"
  package static let fileNames = [
    "weights.onnx", "test-input.npy", "test-output.npy", "README.md", "rdf.yaml", coverName,
  ]

  /// `model` with the example `image`, segmented on `backend`.
  /// - Throws: `ONNXError`, `ParticularsError` for an image that is too small, the errors of segmenting.
  package init(
    _ model: Model, _ particulars: Particulars, example image: Image, on backend: some Backend,
    producer version: String
  ) throws {
    // Whoever cuts an image into blocks normalises it before, as a whole.
    let exported = try ONNXModel(model, normalised: false, producer: version)
    let sizes = BlockSizes(margin: exported.margin, grid: model.network.grid)
    guard model.network.window == nil || !particulars.citations.isEmpty else {
      throw ParticularsError("a sliding window has nothing to cite by itself: give --cite")
    }
    var plain = model
    plain.preparation.scale = 1
    plain.preparation.averaging = .none
    let segmenter = try Segmenter(plain, on: backend)
    let example = try segmenter.fitting(image).rescaled(by: model.preparation.scale).middle(of: sizes.least)
    let prediction = try segmenter.segment(example)
    let (input, output) = (example.planes, prediction.planes)
    cover = Overlay.preview(example, prediction.foreground, threshold: model.threshold)
    outside = ONNXModel.outside(model)
    let weights = try exported.bytes
    let (test, expected) = (NPYArray.bytes(input), NPYArray.bytes(output))
    let description = try BioImageDescription(
      particulars: particulars, model: model, sizes: sizes,
      digests: [
        "weights.onnx": Digest.sha256(weights), "test-input.npy": Digest.sha256(test),
        "test-output.npy": Digest.sha256(expected),
      ]
    ).yaml(version: version)
    files = [
      ("weights.onnx", weights), ("test-input.npy", test), ("test-output.npy", expected),
      ("README.md", Array(BioImageDescription.page(particulars, model, outside).utf8)),
      ("rdf.yaml", Array(description.utf8)),
    ]
  }
}

/// Of the blocks that an image may be cut into, pixels.
///
/// A network pools the same pixels wherever a block begins at a multiple of its grid, so halo and sides are multiples of that; with
/// a core of at least 128 pixels a side most of the work is not done twice.
struct BlockSizes {
  /// What a block reads at each border beyond what it segments, its least side, and what sides grow by.
  let halo: Int, least: Int, step: Int

  init(margin: Int, grid: Int) {
    func rounded(_ number: Int) -> Int { (number + grid - 1) / grid * grid }
    (halo, step) = (rounded(margin), grid)
    least = 2 * rounded(margin) + rounded(128)
  }
}

/// Something that a description of a model needs and that is missing or not allowed.
package struct ParticularsError: Error, CustomStringConvertible {
  /// One line.
  package let description: String
  init(_ description: String) { self.description = description }
}

extension NPYArray {
  /// Float32, the lowest byte first.
  fileprivate static func bytes(_ tensor: Tensor) -> [UInt8] {
    bytes(
      tensor.elements.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) }, type: "<f4",
      shape: tensor.shape.extents)
  }
}

extension Image {
  /// The square of so many pixels a side in the middle, mirrored where the image is smaller.
  fileprivate func middle(of side: Int) -> Image {
    let (top, left) = ((height - side) / 2, (width - side) / 2)
    var cut: [Float] = []
    cut.reserveCapacity(side * side * channels)
    for y in top..<top + side {
      for x in left..<left + side {
        let place = (mirrored(y, height) * width + mirrored(x, width)) * channels
        cut += pixels[place..<place + channels]
      }
    }
    return Image(height: side, width: side, channels: channels, format: .float32, pixels: cut)
  }

  /// `[1, C, H, W]`.
  fileprivate var planes: Tensor { UNetExchange.planes(pixels, height, width, channels) }
}

extension Prediction {
  /// `[1, classes, H, W]`.
  fileprivate var planes: Tensor {
    UNetExchange.planes(
      probabilities.elements, probabilities.shape[0], probabilities.shape[1], probabilities.shape[2])
  }
}

private func planes(_ pixels: [Float], _ height: Int, _ width: Int, _ channels: Int) -> Tensor {
  Tensor(
    [1, channels, height, width],
    (0..<channels).flatMap { c in (0..<height * width).map { pixels[$0 * channels + c] } })
}
