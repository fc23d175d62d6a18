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

  private static let outlinesBegin =
    "{\"type\": \"FeatureCollection\", \"software\": \"swift-unet\", \"features\": ["
  private static let outlinesEnd = "\n]}\n"
  private static let columns = ["page", "class", "instance"]

  /// Whether the file at `path` is a whole list by this program.
  static func isOwn(_ path: String) -> Bool {
    guard let bytes = try? FileReader.bytes(of: path) else { return false }
    let outlines = bytes.starts(with: outlinesBegin.utf8) && bytes.suffix(4) == Array(outlinesEnd.utf8)[...]
    let table = bytes.starts(with: columns.joined(separator: ",").utf8) && bytes.last == UInt8(ascii: "\n")
    return outlines || table || bytes.suffix(ROISet.mark.utf8.count) == Array(ROISet.mark.utf8)[...]
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

  func begin(_ page: StoredPage, classes: Int) {
    guard output == .measurements, self.page == 0 else { return }
    header = ObjectFile.columns + Measurements.names(channels: page.channels)
  }

  func add(_ prediction: Prediction, _ foreground: [Float]) {}

  func end(_ page: StoredPage, _ classes: PageClasses) throws {
    if self.page == 0, output == .measurements { try file.writer.write(header.joined(separator: ",") + "\n") }
    for number in classes.instanceClasses {
      let found = classes.instances(of: number)
      try add(found.ids, found.count, of: number, page)
    }
    self.page += 1
  }

  private func add(_ ids: [Int32], _ found: Int, of number: UInt8, _ page: StoredPage) throws {
    if output == .measurements {
      for (at, measured) in Measurements.of(ids, count: found, page).enumerated() {
        let fields = ["\(self.page)", "\(number)", "\(at + 1)"] + measured.row
        try file.writer.write(fields.joined(separator: ",") + "\n")
      }
      return
    }
    for (at, outline) in outlines(of: ids, height: page.height, width: page.width, count: found).enumerated()
    {
      if output == .rois {
        let name = [pages > 1 ? [self.page + 1] : [], classes > 2 ? [Int(number)] : [], [at + 1]].joined()
          .map { padded($0) }.joined(separator: "-")
        regions.add(outline, place(channels: page.channels), name: name)
      } else {
        try file.writer.write((count == 0 ? "\n" : ",\n") + feature(outline, at + 1, of: number))
        count += 1
      }
    }
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

  /// By RFC 7946, with the properties that QuPath reads; places are pixels, y downwards.
  private func feature(_ outline: Outline, _ id: Int, of number: UInt8) -> String {
    let parts = outline.parts.map { part in
      "["
        + part.map { ring in
          "[" + (ring + ring.prefix(1)).map { "[\($0.x), \($0.y)]" }.joined(separator: ", ") + "]"
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
