import UNetFiles
import UNetImages
import UNetPrediction

/// A result that lists the instances of an image file: outlines, regions of ImageJ, measurements.
final class ObjectFile: PageResult {
  let path: String
  private let output: SegmentationOutput
  private let file: PartialFile
  private let classes: Int, pages: Int
  /// What the pages are; slices where nothing is said.
  private let stack: StackShape
  private var page = 0, count = 0
  private var header: [String] = []
  private var regions = ROISet()
  /// Where the page lies in a whole-slide image, in whose pixels outlines are.
  private var origin: (left: Int, top: Int, factor: Double) = (0, 0, 1)

  /// The last pixel of which ImageJ's regions know the place, rounded down.
  static let farthestRegion = 60_000

  private static let outlinesBegin =
    "{\"type\": \"FeatureCollection\", \"software\": \"swift-unet\", \"features\": ["
  private static let outlinesEnd = "\n]}\n"
  private static let columns = ["page", "class", "instance"]

  /// Whether the file at `path` is a whole list by this program.
  static func isOwn(_ path: String) -> Bool {
    guard let file = try? FileReader(path), let bytes = try? file.bytes(at: 0, count: 1 << 10),
      let end = try? file.bytes(at: max(0, file.size - 64), count: 64)
    else { return false }
    let outlines = bytes.starts(with: outlinesBegin.utf8) && end.suffix(4) == Array(outlinesEnd.utf8)[...]
    let table = bytes.starts(with: columns.joined(separator: ",").utf8) && end.last == UInt8(ascii: "\n")
    return outlines || table || end.suffix(ROISet.mark.utf8.count) == Array(ROISet.mark.utf8)[...]
  }

  /// Begins the result of so many pages of a network of `classes` classes.
  init(
    _ output: SegmentationOutput, path: String, pages: Int, stack: StackShape? = nil, classes: Int,
    replacing: Bool
  ) throws {
    (self.output, self.path, self.pages, self.classes) = (output, path, pages, classes)
    self.stack = stack ?? StackShape(slices: pages)
    file = try PartialFile(path, replaces: replacing)
    if output == .outlines { try file.writer.write(ObjectFile.outlinesBegin) }
  }

  func begin(_ page: StoredPage, classes: Int) throws {
    guard output != .rois || max(page.height, page.width) <= Self.farthestRegion else {
      throw DataError(
        path,
        "would have places that ImageJ's regions cannot hold, which end at \(Self.farthestRegion) pixels: write outlines",
        choices: ["write"])
    }
    origin = page.place.map { ($0.left, $0.top, $0.factor) } ?? (0, 0, 1)
    guard output == .measurements, self.page == 0 else { return }
    header = ObjectFile.columns + Measurements.names(channels: page.channels)
  }

  func add(_ prediction: Prediction, _ foreground: [Float]) {}

  func end(_ page: StoredPage, _ classes: PageClasses) throws {
    for number in classes.instanceClasses {
      let found = classes.instances(of: number)
      try add(found.ids, found.count, of: number, page)
    }
    try endPage()
  }

  /// Ends the instances of a page.
  func endPage() throws {
    try writeHeader()
    page += 1
  }

  private func writeHeader() throws {
    guard page == 0, output == .measurements, !header.isEmpty else { return }
    try file.writer.write(header.joined(separator: ",") + "\n")
    header = []
  }

  private func add(_ ids: [Int32], _ found: Int, of number: UInt8, _ page: StoredPage) throws {
    if output == .measurements {
      for (at, measured) in Measurements.of(ids, count: found, page).enumerated() {
        try add(measured, at + 1, of: number)
      }
      return
    }
    for (at, outline) in outlines(of: ids, height: page.height, width: page.width, count: found).enumerated()
    {
      try add(outline, at + 1, of: number, channels: page.channels)
    }
  }

  /// Adds an instance of a class to a list of measurements.
  func add(_ measured: Measurements, _ id: Int, of number: UInt8) throws {
    try writeHeader()
    let fields = ["\(page)", "\(number)", "\(id)"] + measured.row
    try file.writer.write(fields.joined(separator: ",") + "\n")
  }

  /// Adds an instance of a class to a list of outlines or regions.
  func add(_ outline: Outline, _ id: Int, of number: UInt8, channels: Int) throws {
    guard output == .rois else {
      try file.writer.write((count == 0 ? "\n" : ",\n") + feature(outline, id, of: number))
      count += 1
      return
    }
    let name = [pages > 1 ? [page + 1] : [], classes > 2 ? [Int(number)] : [], [id]].joined()
      .map { padded($0) }.joined(separator: "-")
    regions.add(outline, place(channels: channels), name: name)
  }

  /// Frame and slice of the page, from 0.
  private var planeOfPage: (frame: Int, slice: Int) {
    let (frame, slice) = page.quotientAndRemainder(dividingBy: max(1, stack.slices))
    return (frame, slice)
  }

  /// ImageJ counts the planes of a stack through where it has one axis, and else by axis.
  private func place(channels: Int) -> ROISet.Place {
    guard pages > 1 else { return .anywhere }
    guard stack.frames > 1 && stack.slices > 1 || channels > 1 else { return .plane(page + 1) }
    return .position(slice: planeOfPage.slice + 1, frame: planeOfPage.frame + 1)
  }

  private func padded(_ number: Int) -> String {
    String(repeating: "0", count: max(0, 4 - String(number).count)) + "\(number)"
  }

  /// The place of a corner, in pixels of the largest level.
  private func position(_ corner: Outline.Corner) -> String {
    guard origin.factor != 1 else { return "[\(origin.left + Int(corner.x)), \(origin.top + Int(corner.y))]" }
    let (x, y) = (Double(corner.x) * origin.factor, Double(corner.y) * origin.factor)
    return "[\(Double(origin.left) + x), \(Double(origin.top) + y)]"
  }

  /// By RFC 7946, with the properties that QuPath reads; places are pixels, y downwards.
  private func feature(_ outline: Outline, _ id: Int, of number: UInt8) -> String {
    let parts = outline.parts.map { part in
      "["
        + part.map { ring in
          "[" + (ring + ring.prefix(1)).map(position).joined(separator: ", ") + "]"
        }.joined(separator: ", ") + "]"
    }
    let (type, coordinates) =
      parts.count == 1 ? ("Polygon", parts[0]) : ("MultiPolygon", "[\(parts.joined(separator: ", "))]")
    let (frame, slice) = planeOfPage
    let plane = pages > 1 ? ", \"plane\": {\"c\": -1, \"z\": \(slice), \"t\": \(frame)}" : ""
    // QuPath takes no name without a colour; these are told apart with any colour vision (Okabe and Ito).
    let colours = [
      "230, 159, 0", "86, 180, 233", "0, 158, 115", "204, 121, 167", "0, 114, 178", "213, 94, 0",
    ]
    let colour = colours[(Int(number) + colours.count - 1) % colours.count]
    let name = classes > 2 ? "class \(number)" : "cell"
    return
      "{\"type\": \"Feature\", \"geometry\": {\"type\": \"\(type)\", \"coordinates\": \(coordinates)\(plane)}, "
      + "\"properties\": {\"objectType\": \"annotation\", \"name\": \"\(id)\", \"classification\": {\"name\": \"\(name)\", \"color\": [\(colour)]}}}"
  }

  func close() throws {
    switch output {
    case .outlines: try file.writer.write(ObjectFile.outlinesEnd)
    case .rois: try file.writer.write(regions.archive(for: path))
    default: break
    }
    try file.commit()
  }
}
