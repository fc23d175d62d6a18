import Foundation
import Testing
import UNetImages
import UNetTestSupport

/// What an image says of itself stands in its results: the size of a pixel, ImageJ's unit.
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

  private func segment(_ image: String) throws {
    let outcome = try UnetCommand.run(
      "segment", model, image, "--output", folder("out"), "--device", "cpu", "--write",
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
      ("probabilities", 2), ("labels", 2), ("instances", 2), ("logits", 4), ("overlay", 2),
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

  @Test func anImageThatSaysNothingGivesResultsThatSayNothing() throws {
    try segment(write(1, PageMetadata(), "plain.tif"))
    for name in ["probabilities.tif", "labels.png"] {
      let found = try metadata("out/plain-\(name)", pages: 1)[0]
      #expect(found.xResolution == nil && found.yResolution == nil && found.unit == nil, "\(found)")
    }
  }
}
