import UNetFiles
import UNetImages

/// What can be written of a segmented image; the raw value is its word, also in the file's name.
package enum SegmentationOutput: String, CaseIterable, Sendable {
  /// Float32: for two classes a page per image page, the probability of class 1; else a channel per class.
  case probabilities
  /// 8 bit: for two classes 0 or 255, else the number of the most probable class.
  case labels
  /// 16 bit, or 32 where there are more: the number of the instance, 0 outside; a channel for each class but 0.
  case instances
  /// Those of the foreground as the Cell Tracking Challenge wants them: `mask007.tif` for `t007.tif`, compressed by LZW.
  case masks
  /// Float32: the raw scores, a channel per class.
  case logits
  /// 8-bit colour: the image with the border of the foreground in red.
  case overlay
  /// GeoJSON (RFC 7946, as QuPath reads it): the outline of each instance.
  case outlines
  /// A set of regions for ImageJ's ROI Manager: each instance.
  case rois
  /// CSV: place, size, shape and grey values of each instance.
  case measurements

  /// Whether it lists instances, and is no picture.
  package var isOfObjects: Bool { [.outlines, .rois, .measurements].contains(self) }
  /// Whether it needs the instances of each class.
  var hasInstances: Bool { self == .instances || isOfObjects }

  /// Whether the file at `path` is a whole result that this program has written.
  static func isOwn(_ path: String) -> Bool {
    allCases.contains { $0.isOfObjects && path.hasSuffix($0.ending) }
      ? ObjectFile.isOwn(path) : PageFile.isOwn(path)
  }

  /// The end of the name of a list of objects.
  private var ending: String {
    switch self {
    case .outlines: "-outlines.geojson"
    case .rois: "-rois.zip"
    default: "-measurements.csv"
    }
  }

  /// The file for an image of `pages` pages; `name` is its path in `folder` without an ending.  Pictures of a single page
  /// are PNG, to be looked at.
  package func file(of name: String, in folder: String, pages: Int) -> String {
    if self == .masks {
      let stem = Path.name(name)
      return Path.join(folder, "\(name.dropLast(stem.count))mask\(Self.maskNumber(of: stem) ?? stem).tif")
    }
    if isOfObjects { return Path.join(folder, name + ending) }
    let isPNG = pages == 1 && (self == .labels || self == .overlay)
    return Path.join(folder, "\(name)-\(rawValue).\(isPNG ? "png" : "tif")")
  }

  /// The digits of the last number in an image's name, at least three: `007` of `t007` and of `t7`; nil without any.
  static func maskNumber(of name: String) -> String? {
    runs(name).last(where: isNumber).map { String(repeating: "0", count: max(0, 3 - $0.count)) + $0 }
  }

  /// How a TIFF of it is compressed.
  var compression: ImageFile.Compression { self == .masks ? .lzw : .deflate }

  /// The pages for a page of an image.
  func planes(classes: Int) -> Int {
    switch self {
    case .probabilities: classes == 2 ? 1 : classes
    case .instances: classes - 1
    case .logits: classes
    case .labels, .masks, .overlay, .outlines, .rois, .measurements: 1
    }
  }

  /// The bytes of a pixel of one of its pages, at most.
  var bytesOfPixel: Int {
    switch self {
    case .probabilities, .logits, .instances: 4
    case .overlay: 3
    case .masks: 2
    case .labels, .outlines, .rois, .measurements: 1
    }
  }

  /// Every file that it may be.
  func files(of name: String, in folder: String, _ format: ResultFormat) -> [String] {
    if format.isChunked { return [chunkedFile(of: name, in: folder, format)] }
    return Array(Set([1, 2].map { file(of: name, in: folder, pages: $0) })).sorted()
  }
}
