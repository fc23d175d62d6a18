import UNetImages
import UNetNumerics
import UNetPrediction
import UNetReports

extension SegmentedFile {
  /// Pictures of a page for people to look at.
  package enum Picture: String, Sendable, CaseIterable {
    /// The image, spread from black to white.
    case image
    /// The probability of foreground, from black to white.
    case probability
    /// The image with the border of the foreground in red.
    case overlay
    /// The image with each instance in a colour.
    case instances
  }

  /// Writes a picture of a page as PNG to `path`; of more than two classes the instances are those of `kind`.
  /// - Throws: `DataError`, `FileError`.
  package func write(
    _ picture: Picture, page number: Int, of kind: UInt8 = 1, _ options: SegmentationOptions, to path: String
  ) throws {
    let page = try file.page(number)
    let (height, width) = (page.height, page.width)
    let channels = picture == .probability ? 1 : 3
    let writer = try ImageFile.writer(of: ExpectedPages(count: 1, bytes: height * width * channels), to: path)
    try writer.begin(PageLayout(height: height, width: width, channels: channels, .uint8))
    switch picture {
    case .probability:
      var bands = kept(number)
      while let band = try bands.next() { try writer.write(band.prediction.foreground.map(grey8)) }
    case .image, .overlay:
      var inside = [Bool](repeating: false, count: height * width)
      if picture == .overlay {
        var bands = kept(number)
        while let band = try bands.next() {
          for (at, value) in band.prediction.foreground.enumerated() {
            inside[band.rows.lowerBound * width + at] = isForeground(value, above: options.threshold)
          }
        }
      }
      let overlay = Overlay(of: page.rows)
      try page.forEachRows { try writer.write(overlay.rows($0, inside: inside)) }
    case .instances:
      let (overlay, ids) = (Overlay(of: page.rows), try instances(page: number, of: kind, options))
      try page.forEachRows { try writer.write(overlay.rows($0, instances: ids)) }
    }
    try writer.endPage()
    try writer.close()
  }
}
