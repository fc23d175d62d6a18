import Foundation
import UNetFiles

/// A version of OME-Zarr.
package enum OMEZarrVersion: String, Sendable, Codable {
  /// Of Zarr 2.
  case v04 = "0.4"
  /// Of Zarr 3.
  case v05 = "0.5"
}

/// An image of OME-Zarr that is written chunk by chunk: each level has half the rows and columns of the one before, until one chunk
/// holds it.
package struct ChunkedPyramid: Sendable {
  /// The folder of the image.
  package let path: String
  /// What it calls itself.
  private let name: String
  /// The largest first.
  package let levels: [ChunkedLevel]
  private let version: OMEZarrVersion
  private let metadata: PageMetadata
  private let isOfLabels: Bool

  /// An image at `path`, called `name`, of planes that the `axes` before rows and columns count, in chunks of `side`² pixels.
  ///
  /// - `isOfLabels`: its numbers are those of objects.
  package init(
    _ path: String, name: String, axes: [(name: String, length: Int)], height: Int, width: Int, side: Int,
    _ samples: PageLayout.Samples, _ version: OMEZarrVersion = .v04, metadata: PageMetadata = PageMetadata(),
    isOfLabels: Bool = false
  ) {
    (self.path, self.name, self.version) = (path, name, version)
    (self.metadata, self.isOfLabels) = (metadata, isOfLabels)
    var levels: [ChunkedLevel] = []
    var (rows, columns) = (height, width)
    while true {
      levels.append(
        ChunkedLevel(
          path: Path.join(path, "\(levels.count)"), axes: axes.map(\.name), lengths: axes.map(\.length),
          height: rows, width: columns, side: side, samples: samples, version: version))
      guard max(rows, columns) > side else { break }
      (rows, columns) = ((rows + 1) / 2, (columns + 1) / 2)
    }
    self.levels = levels
  }

  /// Makes the folders, without a chunk in them.
  /// - Throws: `FileError`.
  package func make() throws {
    try Files.makeFolder(path)
    for level in levels { try level.make() }
    guard version == .v04 else {
      return try write(
        NewGroup3(attributes: .init(ome: attributes(nested: true), _creator: Creator())), "zarr.json")
    }
    try write(NewGroup2(), ".zgroup")
    try write(attributes(nested: false), ".zattrs")
  }

  private func write(_ value: some Encodable, _ name: String) throws {
    try AtomicFile.write(ZarrJSON.text(value), to: Path.join(path, name))
  }

  private func attributes(nested: Bool) -> NewAttributes {
    let unit = "micrometer"
    let metres = metadata.pixelsPerMetre.flatMap { $0.x > 0 && $0.y > 0 ? $0 : nil }
    let (x, y) = (metres.map { 1e6 / $0.x }, metres.map { 1e6 / $0.y })
    let z = metadata.spacing.flatMap { spacing in
      metadata.unit.flatMap { PageMetadata.length(spacing, of: $0, in: "micron") }
    }
    let names = levels[0].axes + ["y", "x"]
    let axes = names.map { name in
      switch name {
      case "t":
        NewAxis(name: name, type: "time", unit: metadata.frameInterval == nil ? nil : "second")
      case "c": NewAxis(name: name, type: "channel", unit: nil)
      default:
        NewAxis(name: name, type: "space", unit: (name == "z" ? z : x) == nil ? nil : unit)
      }
    }
    let datasets = levels.indices.map { number in
      let factor = Double(1 << number)
      let scale = names.map { name -> Double in
        switch name {
        case "t": metadata.frameInterval ?? 1
        case "z": z ?? 1
        case "y": (y ?? 1) * factor
        case "x": (x ?? 1) * factor
        default: 1
        }
      }
      return NewDataset(path: "\(number)", coordinateTransformations: [.init(scale: scale)])
    }
    return NewAttributes(
      version: nested ? version.rawValue : nil,
      multiscales: [
        .init(
          version: nested ? nil : version.rawValue, name: self.name, axes: axes, datasets: datasets,
          type: isOfLabels ? "nearest" : "mean")
      ],
      imageLabel: isOfLabels ? .init(version: nested ? nil : version.rawValue) : nil,
      _creator: nested ? nil : Creator())
  }
}

extension ZarrJSON {
  /// The JSON of a value, keys in order.
  static func text(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Numbers and words alone, which always have a JSON.
    return ((try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}") + "\n"
  }

  /// Who wrote an image.
  struct Creator: Codable { var name = "swift-unet" }
}

private typealias Creator = ZarrJSON.Creator

private struct NewGroup2: Encodable { let zarr_format = 2 }

private struct NewGroup3: Encodable {
  struct Attributes: Encodable {
    let ome: NewAttributes
    let _creator: Creator
  }
  let zarr_format = 3
  let node_type = "group"
  let attributes: Attributes
}

private struct NewAttributes: Encodable {
  struct Multiscale: Encodable {
    let version: String?
    let name: String
    let axes: [NewAxis]
    let datasets: [NewDataset]
    /// How a level is made of the one before.
    let type: String
  }
  struct ImageLabel: Encodable { let version: String? }
  let version: String?
  let multiscales: [Multiscale]
  let imageLabel: ImageLabel?
  let _creator: Creator?

  private enum CodingKeys: String, CodingKey {
    case version, multiscales, _creator
    case imageLabel = "image-label"
  }
}

private struct NewAxis: Encodable {
  let name: String, type: String
  let unit: String?
}

private struct NewDataset: Encodable {
  struct Transformation: Encodable {
    var type = "scale"
    let scale: [Double]
  }
  let path: String
  let coordinateTransformations: [Transformation]
}
