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
    lazy var overlay = Overlay(of: page.rows)
    switch picture {
    case .probability:
      var bands = kept(number)
      while let band = try bands.next() { try writer.write(band.prediction.foreground.map(grey8)) }
    case .image:
      let none = [Bool](repeating: false, count: height * width)
      try page.forEachRows { try writer.write(overlay.rows($0, inside: none)) }
    case .overlay:
      let inside = try classes(page: number, for: [.overlay], options).foreground
      try page.forEachRows { try writer.write(overlay.rows($0, inside: inside)) }
    case .instances:
      let ids = try classes(page: number, for: [.instances], options).instances(of: kind).ids
      try page.forEachRows { try writer.write(overlay.rows($0, instances: ids)) }
    }
    try writer.endPage()
    try writer.close()
  }
}
