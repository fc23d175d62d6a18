import CImageFiles
import CSlides
import Foundation
import UNetFiles
import UNetNumerics

/// A whole-slide image, one level of it or a part of that, read by OpenSlide.
final class WholeSlide: PageSource {
  private let slide: OpaquePointer
  private let path: String
  private let spare: SparePlace?
  private let level: Int32
  /// The pixels of the level that are read, and where they lie.
  private let part: ImageRegion
  private let place: StoredPage.Place
  private var height: Int { part.height }
  private var width: Int { part.width }

  /// Endings of names by which such files are known, in small letters; some are TIFFs, whose largest level is read without OpenSlide, too.
  static let endings = ["svs", "svslide", "ndpi", "vms", "vmu", "scn", "mrxs", "bif"]

  /// Whether a file is read by OpenSlide: one of its kinds, where OpenSlide is there, or one of which a smaller level is asked for.
  /// - Throws: `DataError` where only it could, and the file is no whole-slide image, or OpenSlide is not there.
  static func reads(_ path: String, _ view: SlideView) throws -> Bool {
    let isNamed = endings.contains(Path.ending(path))
    let isSmaller = view.level ?? 0 > 0
    guard isNamed || isSmaller, Files.kind(path) == .regular else { return false }
    if let problem = slidesOpen() {
      guard isSmaller || ["vms", "vmu", "mrxs"].contains(Path.ending(path)) else { return false }
      throw DataError(
        path,
        "is read by OpenSlide, which cannot be opened (\(String(cString: problem))): install it (Debian: apt-get install libopenslide0)"
      )
    }
    if slideIsKnown(path) != 0 { return true }
    guard isSmaller else { return false }
    throw DataError(
      path, "is no pyramid, and only whole-slide images and OME-Zarr have levels: leave it out",
      choices: ["level"])
  }

  /// - Throws: `DataError`.
  init(_ path: String, _ view: SlideView, _ spare: SparePlace?) throws {
    (self.path, self.spare) = (path, spare)
    guard let slide = slideOpen(path) else {
      throw DataError(path, "is damaged, or no whole-slide image: copy it anew")
    }
    self.slide = slide
    do {
      if let problem = slideError(slide) { throw Self.damage(path, problem) }
      if Self.text(slide, "openslide.vendor") == "generic-tiff" { try Self.requirePlain(path) }
      let levels = slideLevels(slide)
      level = try Self.level(of: view, slide, levels, path)
      var size: (width: Int64, height: Int64) = (0, 0)
      slideSize(slide, 0, &size.width, &size.height)
      let largest = (height: Int(size.height), width: Int(size.width))
      slideSize(slide, level, &size.width, &size.height)
      let factor = slideDownsample(slide, level)
      guard factor >= 1, size.width > 0, size.height > 0 else {
        throw DataError(path, "is damaged: it has a level without pixels")
      }
      let own = PyramidLevel(
        height: Int(size.height), width: Int(size.width), largest: largest, factor: factor)
      part = try own.pixels(view.region, path)
      place = own.place(of: part)
    } catch {
      slideClose(slide)
      throw error
    }
  }

  deinit { slideClose(slide) }

  private static func level(of view: SlideView, _ slide: OpaquePointer, _ levels: Int32, _ path: String)
    throws
    -> Int32
  {
    guard levels > 0 else { throw DataError(path, "is damaged: it has no level") }
    if let level = view.level {
      guard level < levels else {
        throw DataError(
          path,
          "has \(levels == 1 ? "level 0 alone" : "levels 0 to \(levels - 1)"), and no \(level): choose another",
          choices: ["level"])
      }
      guard isRead(Int32(level), slide) else {
        throw DataError(
          path,
          "has a level \(level) that is narrower than its tiles, which OpenSlide \(String(cString: slidesVersion())) reads wrong: choose "
            + "another", choices: ["level"])
      }
      return Int32(level)
    }
    // Of a file that is no slide by its name all else reads the largest level.
    guard endings.contains(Path.ending(path)), let wanted = view.pixelSize, let own = pixelSize(slide, "x")
    else { return 0 }
    func distance(_ level: Int32) -> Double { abs(log(own * slideDownsample(slide, level) / wanted)) }
    return (0..<levels).filter { isRead($0, slide) }.min { distance($0) < distance($1) } ?? 0
  }

  /// Makes sure that a plain TIFF is one that OpenSlide shows as it is: it brings all numbers to 8 bits, blends what is transparent, and
  /// turns nothing.
  private static func requirePlain(_ path: String) throws {
    let file = try FileReader(path)
    let disk = UnsafeMutablePointer<DiskFile>.allocate(capacity: 1)
    disk.initialize(to: DiskFile(file))
    defer { disk.deallocate() }
    guard let tiff = tiffOpenToRead(disk) else { return }
    defer { TIFFClose(tiff) }
    func number(_ tag: Int32) -> Int { Int(tiffShort(tiff, UInt32(tag))) }
    let problem: String? =
      if number(TIFFTAG_BITSPERSAMPLE) != 8 || number(TIFFTAG_SAMPLEFORMAT) > Int(SAMPLEFORMAT_UINT) {
        "has numbers of \(number(TIFFTAG_BITSPERSAMPLE)) bits that OpenSlide would change"
      } else if ![1, 3].contains(number(TIFFTAG_SAMPLESPERPIXEL)) {
        "has \(number(TIFFTAG_SAMPLESPERPIXEL)) samples a pixel, which OpenSlide would blend"
      } else if number(TIFFTAG_ORIENTATION) > 1 {
        "is to be turned, which OpenSlide does not"
      } else {
        nil
      }
    guard let problem else { return }
    throw DataError(path, "\(problem): save the level as an image of its own", choices: ["level"])
  }

  /// Whether a level is read as it is: OpenSlide 3 mixes up the rows of plain TIFFs that are narrower than a tile.
  private static func isRead(_ level: Int32, _ slide: OpaquePointer) -> Bool {
    guard String(cString: slidesVersion()).hasPrefix("3."), text(slide, "openslide.vendor") == "generic-tiff",
      let tile = number(slide, "openslide.level[\(level)].tile-width"),
      let width = number(slide, "openslide.level[\(level)].width")
    else { return true }
    return width >= tile
  }

  private static func text(_ slide: OpaquePointer, _ property: String) -> String? {
    slideProperty(slide, property).map { String(cString: $0) }
  }

  private static func number(_ slide: OpaquePointer, _ property: String) -> Double? {
    text(slide, property).flatMap(Double.init).flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
  }

  /// Micrometres a pixel of the largest level; of plain TIFFs OpenSlide 3 tells the resolution alone.
  private static func pixelSize(_ slide: OpaquePointer, _ axis: String) -> Double? {
    if let size = number(slide, "openslide.mpp-\(axis)") { return size }
    let unit = ["centimeter": 10_000.0, "inch": 25_400][text(slide, "tiff.ResolutionUnit") ?? ""]
    guard let unit, let resolution = number(slide, "tiff.\(axis.uppercased())Resolution") else { return nil }
    return unit / resolution
  }

  private static func damage(_ path: String, _ problem: UnsafePointer<CChar>) -> DataError {
    DataError(path, "cannot be read by OpenSlide: \(String(cString: problem)); copy it anew, with its folder")
  }

  var count: Int { 1 }
  var remark: String? {
    let factor = slideDownsample(slide, level)
    let size = Self.pixelSize(slide, "x").map { String(format: ", %.3g µm a pixel", $0 * factor) } ?? ""
    let bounds = ["x", "y", "width", "height"].compactMap { Self.text(slide, "openslide.bounds-\($0)") }
    let scanned = bounds.count == 4 ? "; scanned is \(bounds.joined(separator: ","))" : ""
    return "level \(level) of \(slideLevels(slide)), \(width)×\(height) pixels\(size)\(scanned)"
  }
  func pixels(of number: Int) -> Int? { height * width }

  func page(_ number: Int) throws -> StoredPage {
    let layout = SampleLayout(
      height: height, width: width, samples: 3, type: SampleType(kind: .unsigned, bits: 8), kept: [0, 1, 2])
    func read(_ disk: DiskRows?) throws -> StoredPage {
      let assembly = SampleAssembly(page: layout, blocks: Blocks(slide: self), disk: disk)
      return StoredPage(
        height: height, width: width, channels: 3,
        samples: try layout.type.samples(assembly, isSwapped: false), disk: disk, bits: 8, colours: .rgb,
        isExact: false)
    }
    var page = try spare?.page(layout, blocks: Self.rows, read) ?? read(nil)
    let factor = slideDownsample(slide, level)
    page.place = place
    if let x = Self.pixelSize(slide, "x"), let y = Self.pixelSize(slide, "y") {
      page.metadata.unit = "micron"
      (page.metadata.xResolution, page.metadata.yResolution) = (1 / (x * factor), 1 / (y * factor))
    }
    return page
  }

  /// What is read at a time.
  private static let rows = 256, columns = 8192

  /// Parts of the picture, read one after the other.
  private struct Blocks: SampleBlocks {
    let slide: WholeSlide

    func check(_ plane: Int) throws {}

    func read(
      _ plane: Int, into target: UnsafeMutableRawBufferPointer?, _ take: (SampleAssembly.Block) throws -> Void
    ) throws {
      for top in stride(from: 0, to: slide.height, by: WholeSlide.rows) {
        for left in stride(from: 0, to: slide.width, by: WholeSlide.columns) {
          try Cancellation.check()
          let region = ImageRegion(
            rows: top..<min(slide.height, top + WholeSlide.rows),
            columns: left..<min(slide.width, left + WholeSlide.columns))
          let bytes = try slide.bytes(region)
          try bytes.withUnsafeBytes { bytes in
            guard let from = bytes.baseAddress else { return }
            let row = 3 * region.width
            guard let to = target?.baseAddress else {
              return try take(.init(rows: region.rows, columns: region.columns, bytes: from, rowBytes: row))
            }
            for y in region.rows {
              (to + 3 * (y * slide.width + left)).copyMemory(from: from + (y - top) * row, byteCount: row)
            }
          }
        }
      }
    }
  }

  /// The colours of a region, `[rows, columns, 3]`.
  private func bytes(_ region: ImageRegion) throws -> [UInt8] {
    let factor = slideDownsample(slide, level)
    let pixels = region.height * region.width
    var argb = [UInt32](repeating: 0, count: pixels)
    var rgb = [UInt8](repeating: 0, count: 3 * pixels)
    let background =
      slideProperty(slide, "openslide.background-color")
      .flatMap { UInt32(String(cString: $0), radix: 16) } ?? 0xFF_FFFF
    // In the largest level's pixels, by its own factor.
    func start(_ pixel: Int) -> Int64 { Int64((Double(pixel) * factor).rounded()) }
    slideRead(
      slide, start(part.columns.lowerBound + region.columns.lowerBound),
      start(part.rows.lowerBound + region.rows.lowerBound), level, Int64(region.width), Int64(region.height),
      background, &argb, &rgb)
    if let problem = slideError(slide) { throw Self.damage(path, problem) }
    return rgb
  }
}
