import Foundation
import Testing
import UNetImages
import UNetTestSupport

/// What an image says of itself stands in its results: the size of a pixel, ImageJ's unit, frames and slices.
@Suite struct SegmentMetadataTests {
  private let folder: TemporaryFolder
  private let model: String

  init() throws { (folder, model) = (try TemporaryFolder(), try TinyExperiment.trained.get().model) }

  private func write(_ pages: Int, _ metadata: PageMetadata, _ name: String) throws -> String {
    let file = try ImageFile.writer(of: ExpectedPages(count: pages, bytes: pages * 600), to: folder(name))
    for page in 0..<pages {
      try file.begin(PageLayout(height: 20, width: 30, .uint8, metadata))
      try file.write(noise(20, 30, seed: UInt64(page + 1)).pixels.map { UInt8($0) })
      try file.endPage()
    }
    try file.close()
    return folder(name)
  }

  private func metadata(_ name: String, pages: Int) throws -> [PageMetadata] {
    let file = try PageFile(folder(name))
    try #require(file.count == pages)
    return try (0..<pages).map { try file.page($0).metadata }
  }

  private func segment(_ image: String, by model: String? = nil) throws {
    let outcome = try UnetCommand.run(
      "segment", model ?? self.model, image, "--output", folder("out"), "--device", "cpu", "--write",
      "probabilities,labels,instances,logits,overlay")
    try #require(outcome.status == 0, "\(outcome.messages)")
  }

  private func expect(_ found: PageMetadata, _ expected: PageMetadata) {
    // TIFF keeps resolutions as quotients of single precision.
    func isNear(_ a: Double?, _ b: Double?) -> Bool {
      a == b || abs((a ?? 0) - (b ?? 1)) < 1e-6 * abs(b ?? 0)
    }
    #expect(isNear(found.xResolution, expected.xResolution), "\(found)")
    #expect(isNear(found.yResolution, expected.yResolution), "\(found)")
    #expect(found.resolutionUnit == expected.resolutionUnit && found.unit == expected.unit, "\(found)")
    #expect(found.spacing == expected.spacing && found.frameInterval == expected.frameInterval, "\(found)")
  }

  /// 0.325 µm a pixel, as ImageJ writes it.
  @Test(arguments: ["um", "micron", "\\u00B5m"])
  func theUnitOfImageJIsCarried(unit: String) throws {
    var scale = PageMetadata()
    (scale.xResolution, scale.yResolution, scale.unit) = (1 / 0.325, 1 / 0.65, unit)
    (scale.spacing, scale.frameInterval) = (1.5, 0.25)
    try segment(write(2, scale, "stack.tif"))
    for (name, pages) in [
      ("probabilities", 2), ("labels", 2), ("instances", 2), ("logits", 2), ("overlay", 2),
    ] {
      for found in try metadata("out/stack-\(name).tif", pages: pages) { expect(found, scale) }
    }
  }

  @Test(arguments: [PageMetadata.ResolutionUnit.inch, .centimetre])
  func theResolutionIsCarriedIntoTIFFAndPNG(unit: PageMetadata.ResolutionUnit) throws {
    var scale = PageMetadata()
    (scale.xResolution, scale.yResolution, scale.resolutionUnit) = (300, 600, unit)
    try segment(write(1, scale, "page.tif"))
    expect(try metadata("out/page-probabilities.tif", pages: 1)[0], scale)
    // PNG counts whole pixels a metre.
    let metre: Double = unit == .inch ? 1 / 0.0254 : 100
    for name in ["labels", "overlay"] {
      let found = try metadata("out/page-\(name).png", pages: 1)[0]
      #expect(found.resolutionUnit == .centimetre)
      #expect(found.xResolution == (300 * metre).rounded() / 100, "\(found)")
      #expect(found.yResolution == (600 * metre).rounded() / 100, "\(found)")
    }
    // And back.
    try segment(folder("out/page-labels.png"))
    let again = try metadata("out/page-labels-probabilities.tif", pages: 1)[0]
    #expect(abs((again.xResolution ?? 0) - (300 * metre).rounded() / 100) < 1e-3)
  }

  /// A stack of 20×30 pixels as another program writes it.
  private func foreign(_ description: String, _ pages: Int, _ name: String) throws -> String {
    let tiff = ForeignTIFF(height: 20, width: 30).with {
      ($0.description, $0.resolution) = (description, [(2, 1), (2, 1)])
    }
    let planes = (0..<pages).map { noise(20, 30, seed: UInt64($0 + 1)).pixels.map { UInt8($0) } }
    return try folder.write(tiff.file(planes), name)
  }

  /// The lines of ImageJ's description of a result.
  private func description(_ name: String) throws -> [String] {
    let bytes = try Data(contentsOf: URL(filePath: folder(name)))
    let start = try #require(bytes.range(of: Data("ImageJ=".utf8)))
    let text = bytes[start.lowerBound...].prefix { $0 != 0 }
    return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test func framesAndSlicesAreCarried() throws {
    let text = "ImageJ=1.54f\nimages=6\nslices=3\nframes=2\nunit=um\nfinterval=5\ntunit=min\n"
    try segment(foreign(text, 6, "movie.tif"))
    let axes = ["slices=3", "frames=2", "hyperstack=true", "mode=grayscale", "unit=um", "finterval=300.0"]
    for name in ["probabilities", "labels", "instances", "overlay"] {
      #expect(try description("out/movie-\(name).tif") == ["ImageJ=1.11a", "images=6"] + axes)
      let file = try PageFile(folder("out/movie-\(name).tif"))
      #expect(file.count == 6 && file.stack == StackShape(frames: 2, slices: 3))
    }
    #expect(try description("out/movie-logits.tif") == ["ImageJ=1.11a", "images=12", "channels=2"] + axes)
    let logits = try PageFile(folder("out/movie-logits.tif"))
    #expect(try logits.count == 6 && logits.page(5).channels == 2)
    // Frames within slices.
    try segment(foreign("{\"shape\": [3, 2, 20, 30], \"axes\": \"ZTYX\"}", 6, "inner.tif"))
    #expect(
      try description("out/inner-labels.tif").prefix(4) == [
        "ImageJ=1.11a", "images=6", "slices=3", "frames=2",
      ])
    // tifffile's frames, which are no ImageJ's.
    try segment(foreign("{\"shape\": [2, 20, 30], \"axes\": \"TYX\"}", 2, "times.tif"))
    #expect(try description("out/times-labels.tif").contains("frames=2"))
  }

  @Test func whatIsWrittenOfEachClassIsAChannel() throws {
    let model = try TinyExperiment.trainedOnThreeClasses.get().model
    try segment(foreign("ImageJ=1.54f\nimages=3\nframes=3\n", 3, "movie.tif"), by: model)
    for (name, channels) in [("probabilities", 3), ("logits", 3), ("instances", 2)] {
      let file = try PageFile(folder("out/movie-\(name).tif"))
      #expect(file.count == 3 && file.stack == StackShape(frames: 3), "\(name)")
      #expect(try file.page(2).channels == channels && file.planeCount == 3 * channels, "\(name)")
    }
    // Of pages that nothing is known of, as ImageJ opens them.
    try segment(foreign("none", 2, "pages.tif"), by: model)
    let lines = try description("out/pages-probabilities.tif")
    #expect(lines.prefix(5) == ["ImageJ=1.11a", "images=6", "channels=3", "slices=2", "hyperstack=true"])
    let labels = try Data(contentsOf: URL(filePath: folder("out/pages-labels.tif")))
    #expect(labels.range(of: Data("ImageJ=".utf8)) == nil)
  }

  @Test func anImageThatSaysNothingGivesResultsThatSayNothing() throws {
    try segment(write(1, PageMetadata(), "plain.tif"))
    for name in ["probabilities.tif", "labels.png"] {
      let found = try metadata("out/plain-\(name)", pages: 1)[0]
      #expect(found.xResolution == nil && found.yResolution == nil && found.unit == nil, "\(found)")
    }
  }
}
