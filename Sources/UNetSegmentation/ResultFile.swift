import UNetData
import UNetFiles
import UNetImages
import UNetPrediction
import UNetReports

/// A result of an image file being written, page after page; dropped before it is closed, it leaves nothing.
protocol PageResult: AnyObject {
  /// The file.
  var path: String { get }
  /// Begins the results of a page of a network of so many classes.
  func begin(_ page: StoredPage, classes: Int) throws
  /// Takes what is said of the next rows.
  func add(_ prediction: Prediction, _ foreground: [Float]) throws
  /// Ends the results of a page; `classes` has what is said of all its pixels.
  func end(_ page: StoredPage, _ classes: PageClasses) throws
  /// Gives the file its name.
  func close() throws
}

/// A picture of the size of the image, written as the rows of its pages come.
package final class ResultFile: PageResult {
  /// The file.
  package let path: String
  private let output: SegmentationOutput
  private let writer: any PageWriter
  private var planes: Planes?

  /// Begins the result of so many pages, of so many pixels in all, of a network of `classes` classes; what is written
  /// of each class is a channel where the `stack` is known that the pages are.
  package init(
    _ output: SegmentationOutput, path: String, pages count: Int, stack: StackShape? = nil, pixels: Int,
    classes: Int, replacing: Bool = true
  ) throws {
    (self.output, self.path) = (output, path)
    let planes = output.planes(classes: classes)
    let bytes = planes * pixels * output.bytesOfPixel
    writer = try ImageFile.writer(
      of: ExpectedPages(count: count * planes, bytes: bytes, channels: planes, stack: stack), to: path,
      replacing: replacing, compression: output.compression)
  }

  /// Begins the results of a page.
  package func begin(_ page: StoredPage, classes: Int) throws {
    switch output {
    case .probabilities, .logits:
      let layout = page.layout(.float32)
      planes = try Planes(writer, layout, count: output.planes(classes: classes), path: path)
    case .labels: try writer.begin(page.layout(.uint8))
    case .instances, .masks, .overlay, .outlines, .rois, .measurements: break
    }
  }

  /// Writes the next rows, where the result can be told from them alone.
  package func add(_ prediction: Prediction, _ foreground: [Float]) throws {
    switch output {
    case .probabilities:
      try planes?.add(prediction.classes == 2 ? foreground : prediction.probabilities.elements)
    case .logits: try planes?.add(prediction.logits?.elements ?? [])
    // Two classes: 255 for the foreground.  More: the number of the class.
    case .labels: try writer.write(prediction.labels().map { prediction.classes == 2 ? 255 * $0 : $0 })
    case .instances, .masks, .overlay, .outlines, .rois, .measurements: break
    }
  }

  /// Ends the results of a page; `classes` has what is said of all its pixels.
  package func end(_ page: StoredPage, _ classes: PageClasses) throws {
    switch output {
    case .probabilities, .logits: try planes?.end()
    case .labels: try writer.endPage()
    case .instances: for n in classes.instanceClasses { try write(classes.instances(of: n), page) }
    case .masks: try writeMask(classes.instances(), page)
    case .overlay:
      try writer.begin(page.layout(.uint8, channels: 3))
      let overlay = Overlay(of: page.rows)
      try page.forEachRows { try writer.write(overlay.rows($0, inside: classes.foreground)) }
      try writer.endPage()
    case .outlines, .rois, .measurements: break
    }
    planes = nil
  }

  /// Gives the file its name.
  package func close() throws { try writer.close() }

  /// The Cell Tracking Challenge reads 16 bit.
  private func writeMask(_ instances: (ids: [Int32], count: Int), _ page: StoredPage) throws {
    guard instances.count <= 65_535 else {
      throw DataError(
        path,
        "would have \(instances.count) instances, and 16 bit hold 65535: choose a greater threshold or "
          + "smallest area, or write instances", choices: ["threshold", "smallestArea"])
    }
    try write(instances, page)
  }

  /// 16 bit where they hold all numbers, else 32.
  private func write(_ instances: (ids: [Int32], count: Int), _ page: StoredPage) throws {
    let isWide = instances.count > 65_535
    try writer.begin(page.layout(isWide ? .uint32 : .uint16))
    try page.forEachRows { rows in
      let ids = instances.ids[rows.lowerBound * page.width..<rows.upperBound * page.width]
      if isWide { try writer.write(ids.map(UInt32.init)) } else { try writer.write(ids.map(UInt16.init)) }
    }
    try writer.endPage()
  }
}

extension StoredPage {
  /// A result of the page's size, which says of itself what the page does.
  fileprivate func layout(_ samples: PageLayout.Samples, channels: Int = 1) -> PageLayout {
    PageLayout(height: height, width: width, channels: channels, samples, metadata)
  }

  /// Gives `body` all rows in order, about a megabyte of results at a time.
  func forEachRows(_ body: (Range<Int>) throws -> Void) rethrows {
    let rows = max(1, (1 << 18) / max(1, width))
    for first in stride(from: 0, to: height, by: rows) { try body(first..<min(first + rows, height)) }
  }
}
