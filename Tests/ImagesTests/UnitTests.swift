import Testing
import UNetImages
import UNetTestSupport

/// Sizes and times in other units than that of x stand in one unit, and what pages are is known.
@Suite("Units and axes of descriptions")
struct UnitTests {
  /// A file of `count` pages of 2×3 pixels.
  private func file(_ description: String, _ count: Int, _ resolution: [(Int, Int)] = []) throws -> PageFile {
    let folder = try TemporaryFolder()
    let tiff = ForeignTIFF(height: 2, width: 3).with {
      ($0.description, $0.resolution) = (description, resolution)
    }
    let planes = (0..<count).map { [Int](repeating: $0 + 1, count: 6) }
    return try PageFile(folder.write(tiff.file(planes), "a.tif"))
  }

  private func omeMetadata(_ attributes: String) throws -> PageMetadata {
    try file(ome("XYCZT", c: 1, z: 2, t: 1, more: attributes), 2).page(1).metadata
  }

  private func sizes(_ x: String, _ y: String, _ z: String) -> String {
    zip(["X", "Y", "Z"], [x, y, z]).map { axis, text in
      let parts = text.split(separator: " ")
      return "PhysicalSize\(axis)=\"\(parts[0])\" PhysicalSize\(axis)Unit=\"\(parts[1])\""
    }.joined(separator: " ")
  }

  @Test(
    "OME: y and z in the unit of x",
    arguments: [
      ("0.325 µm", "0.325 µm", "9.999999999999994E-6 dm", 0.325, 0.325, 0.9999999999999994, "micron"),
      ("0.325 µm", "325 nm", "0.7 µm", 0.325, 0.325, 0.7, "micron"),
      ("325 nm", "0.5 µm", "0.7 µm", 325, 500, 700, "nm"),
      ("0.325 μm", "0.325 µm", "700 nm", 0.325, 0.325, 0.7, "micron"),
      ("1 mm", "1 cm", "1 in", 1, 10, 25.4, "mm"), ("2 Å", "2 Å", "0.3 nm", 2, 2, 3, "Å"),
      ("1 pixel", "1 pixel", "3 pixel", 1, 1, 3, "pixel"),
    ])
  func lengths(
    x: String, y: String, z: String, sizeX: Double, sizeY: Double, spacing: Double, unit: String
  ) throws {
    let found = try omeMetadata(sizes(x, y, z))
    #expect(found.xResolution == 1 / sizeX && found.yResolution == 1 / sizeY, "\(found)")
    #expect(found.spacing == spacing && found.unit == unit, "\(found)")
  }

  @Test("OME: a size in a unit of unknown length is not known")
  func unknownLengths() throws {
    let depth = try omeMetadata(sizes("0.325 µm", "0.325 µm", "3 pixel"))
    #expect(depth.spacing == nil && depth.xResolution == 1 / 0.325)
    let width = try omeMetadata(sizes("0.325 µm", "1 pixel", "0.7 µm"))
    #expect(width.xResolution == nil && width.yResolution == nil && width.unit == nil && width.spacing == nil)
  }

  @Test(
    "OME: intervals in seconds, also where no size is known",
    arguments: [("500", "ms", 0.5), ("5", "min", 300), ("2", "h", 7200), ("30", "s", 30), ("1", "d", 86400)])
  func times(number: String, unit: String, seconds: Double) throws {
    let found = try omeMetadata("TimeIncrement=\"\(number)\" TimeIncrementUnit=\"\(unit)\"")
    #expect(found.frameInterval == seconds)
    #expect(try omeMetadata("TimeIncrement=\"7\"").frameInterval == 7)
    #expect(try omeMetadata("TimeIncrement=\"7\" TimeIncrementUnit=\"parsec\"").frameInterval == nil)
  }

  @Test("ImageJ: tunit, zunit and yunit")
  func imageJ() throws {
    func read(_ keys: String) throws -> PageMetadata {
      try file("ImageJ=1.54f\nimages=2\nslices=2\n\(keys)\n", 2, [(2, 1), (1, 500)]).page(0).metadata
    }
    let same = try read("unit=um\nspacing=0.7\nfinterval=30.0")
    // TIFF's fractions are read in single precision.
    #expect(same.xResolution == 2 && same.yResolution == Double(Float(0.002)), "\(same)")
    #expect(same.spacing == 0.7 && same.frameInterval == 30)
    let others = try read("unit=\\u00B5m\nyunit=nm\nzunit=nm\nspacing=700\nfinterval=5\ntunit=min")
    #expect(others.spacing == 0.7 && others.frameInterval == 300, "\(others)")
    #expect(others.xResolution == 2 && abs((others.yResolution ?? 0) - 2) < 1e-6, "\(others)")
    let unknown = try read("unit=um\nyunit=pixel\nzunit=pixel\nspacing=700\nfinterval=5\ntunit=frame")
    #expect(unknown.spacing == nil && unknown.frameInterval == nil && unknown.xResolution == nil)
  }

  @Test("the size of a pixel, by ImageJ's unit before TIFF's")
  func pixelSize() {
    var metadata = PageMetadata()
    (metadata.xResolution, metadata.yResolution, metadata.resolutionUnit) = (4, 4, .inch)
    func size(_ unit: String?) -> Double? {
      metadata.unit = unit
      return metadata.pixelSize
    }
    #expect(size("micron") == 0.25 && size("µm") == 0.25 && size("\\u00B5m") == 0.25)
    #expect(size("nm") == 0.00025 && size(nil) == nil && size("pixel") == nil)
    metadata.xResolution = 101_600
    #expect(size(nil) == 0.25 && size("in") == 0.25)
  }

  @Test("frames and slices of pages, where a description says so")
  func stacks() throws {
    func stack(_ description: String, _ count: Int) throws -> StackShape? {
      try file(description, count).stack
    }
    let imageJ = "ImageJ=1.54f\nimages=6\n"
    #expect(try stack(imageJ + "slices=3\nframes=2\n", 6) == StackShape(frames: 2, slices: 3))
    #expect(try stack(imageJ + "channels=2\nframes=3\n", 6) == StackShape(frames: 3))
    #expect(try stack(imageJ, 6) == nil)
    #expect(try stack(ome("XYCZT", c: 1, z: 3, t: 2), 6) == StackShape(frames: 2, slices: 3))
    #expect(try stack(ome("XYCTZ", c: 2, z: 3, t: 1), 6) == StackShape(slices: 3))
    // Slices of frames are read as frames of slices.
    #expect(try stack(ome("XYCTZ", c: 1, z: 3, t: 2), 6) == StackShape(frames: 2, slices: 3))
    #expect(try stack("{\"shape\": [2, 3, 2, 3], \"axes\": \"TZYX\"}", 6) == StackShape(frames: 2, slices: 3))
    #expect(try stack("{\"shape\": [6, 2, 3], \"axes\": \"TYX\"}", 6) == StackShape(frames: 6))
    #expect(try stack("{\"shape\": [6, 2, 3]}", 6) == nil)
    let split = try file(imageJ + "channels=2\nframes=3\nmode=grayscale\n", 6)
    split.splitPlanes()
    #expect(split.count == 6 && split.stack == nil)
  }
}
