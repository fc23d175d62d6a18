import UNetFiles
import UNetImages

/// In what files results are written.
package enum ResultFormat: String, CaseIterable, Sendable {
  /// Pictures; of a page of 2^28 pixels and more a pyramid.
  case auto
  /// PNG and TIFF, written row after row.
  case pictures
  /// Tiled TIFF of one page with smaller ones of the same.
  case pyramid
  /// OME-Zarr 0.4 and 0.5.
  case omeZarr = "ome-zarr"
  case omeZarr05 = "ome-zarr-0.5"

  /// The pixels from which on a page has a pyramid where nobody says otherwise.
  static let large = 1 << 28

  /// What `auto` means for an image, of which so many pixels a page are known.
  func resolved(pixels: Int, pages: Int, _ outputs: [SegmentationOutput]) -> ResultFormat {
    guard self == .auto else { return self }
    let isLarge = pages == 1 && pixels >= Self.large && outputs.allSatisfy(\.isChunked)
    return isLarge ? .pyramid : .pictures
  }

  /// The form in which results are that are made chunk by chunk.
  var chunked: ResultFormat { self == .auto ? .pyramid : self }

  /// Whether results are made chunk by chunk.
  var isChunked: Bool { [.pyramid, .omeZarr, .omeZarr05].contains(self) }
  var isZarr: Bool { [.omeZarr, .omeZarr05].contains(self) }
  var version: OMEZarrVersion { self == .omeZarr05 ? .v05 : .v04 }
}

extension SegmentationOutput {
  /// Whether it is made chunk by chunk.
  var isChunked: Bool { [.probabilities, .labels, .logits, .instances].contains(self) || isOfObjects }

  /// The file, or the folder, of a result that is made chunk by chunk.
  func chunkedFile(of name: String, in folder: String, _ format: ResultFormat) -> String {
    isOfObjects
      ? file(of: name, in: folder, pages: 1)
      : Path.join(folder, "\(name)-\(rawValue).\(format.isZarr ? "ome.zarr" : "tif")")
  }

  /// How its values are stored there.
  var chunkedSamples: PageLayout.Samples {
    switch self {
    case .labels: .uint8
    case .instances: .uint32
    default: .float32
    }
  }
}
