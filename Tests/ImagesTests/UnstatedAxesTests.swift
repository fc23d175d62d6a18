import Testing
import UNetImages
import UNetTestSupport

/// Planes whose writer has not said whether they are channels, or has said absurd things of them.
@Suite("Planes of unstated meaning")
struct UnstatedAxesTests {
  /// Planes of 2×3 pixels, the plane's number everywhere.
  private func planes(_ count: Int) -> [[Int]] { (0..<count).map { [Int](repeating: $0 + 1, count: 6) } }

  private func tiff(_ description: String, _ change: (inout ForeignTIFF) -> Void = { _ in }) -> ForeignTIFF {
    ForeignTIFF(height: 2, width: 3).with {
      $0.description = description
      change(&$0)
    }
  }

  private func reading(_ bytes: [UInt8], named name: String = "a.tif") throws -> String {
    let folder = try TemporaryFolder()
    let path = try folder.write(bytes, name)
    return complaint(in: folder) { _ = try ImageFile.read(path) }
  }

  /// The first pixel of each page.
  private func pages(_ bytes: [UInt8]) throws -> [[Float]] {
    let folder = try TemporaryFolder()
    return try ImageFile.read(folder.write(bytes, "a.tif")).map { Array($0.pixels.prefix($0.channels)) }
  }

  @Test("tifffile: three or four pages that it stores as colours are pages where their axis says so")
  func pagesAsColours() throws {
    func read(_ axes: String, _ samples: Int) throws -> [[Float]] {
      let file = tiff("{\"shape\": [\(samples), 2, 3]\(axes)}") {
        ($0.samples, $0.planes, $0.photometric, $0.stripRows) = (samples, true, 2, 2)
        if samples == 4 { $0.extraSample = 2 }
      }
      return try pages(file.file([planes(samples).flatMap(\.self)]))
    }
    #expect(try read(", \"axes\": \"ZYX\"", 3) == [[1], [2], [3]])
    #expect(try read(", \"axes\": \"TYX\"", 4) == [[1], [2], [3], [4]])
    #expect(try read(", \"axes\": \"CYX\"", 3) == [[1, 2, 3]])
    #expect(try read("", 3) == [[1, 2, 3]])
  }

  /// Files of so many planes whose writer did not say what they are.
  private func unstated(_ count: Int) -> [ForeignTIFF] {
    let colours = tiff("{\"shape\": [\(count), 2, 3]}") {
      ($0.samples, $0.planes, $0.photometric, $0.stripRows) = (count, true, 2, 2)
      if count == 4 { $0.extraSample = 2 }
    }
    let keys = "images=\(count)\nchannels=\(count)\nhyperstack=true\nmode=grayscale"
    let document = ome("XYCZT", c: count, z: 1, t: 1).replacing(
      "<OME ", with: "<OME Creator=\"tifffile.py 2026\" ")
    return [tiff("ImageJ=1.11a\n\(keys)"), tiff(document)] + ((3...4).contains(count) ? [colours] : [])
  }

  @Test("planes that a writer called channels for want of a name are pages of labels", arguments: 2...8)
  func labelPlanes(count: Int) throws {
    let folder = try TemporaryFolder()
    for (at, file) in unstated(count).enumerated() {
      let values = file.planes ? [planes(count).flatMap(\.self)] : planes(count)
      let path = try folder.write(file.file(values), "\(at).tif")
      let labels = try PageFile.labels(of: path).map(\.numbers)
      #expect(labels == (1...count).map { [UInt32](repeating: UInt32($0), count: 6) })
      #expect(try PageFile(path).page(0).channels == (file.planes ? 3 : count))
    }
    let composite = try folder.write(
      tiff("ImageJ=1.54f\nchannels=2\nmode=composite").file(planes(2)), "c.tif")
    #expect(
      complaint(in: folder) { _ = try PageFile.labels(of: composite) }
        .hasPrefix("c.tif has 2 channels, but labels are one whole number a pixel: save them as grey"))
  }

  @Test("images follow their labels where these have as many pages, and no further")
  func imagePlanes() throws {
    let folder = try TemporaryFolder()
    let stack = try folder.write(ForeignTIFF(height: 2, width: 3).file(planes(3)), "stack.tif")
    let single = try folder.write(ForeignTIFF(height: 2, width: 3).file(planes(1)), "single.tif")
    let file = unstated(3)[0]
    let open = try folder.write(file.file(planes(3)), "open.tif")
    let equal = try folder.write(file.file([planes(1)[0], planes(1)[0], planes(1)[0]]), "equal.tif")
    func counts(_ image: String, _ labels: String) throws -> [Int] {
      let (image, labels) = (try PageFile(image), try PageFile(labels))
      PageFile.matchPlanes(of: [image], to: labels)
      return [image.count, labels.count]
    }
    #expect(
      try counts(open, stack) == [3, 3] && counts(open, open) == [3, 3] && counts(stack, open) == [3, 3])
    // A picture of three channels, and labels that were saved as one.
    #expect(try counts(open, single) == [1, 1] && counts(single, equal) == [1, 1])
  }

  @Test("smaller copies of a page in tiles are no pages, though slide scanners do not mark them")
  func pyramids() throws {
    let sides = [(81, 120), (40, 60), (20, 30), (33, 60), (54, 80)]
    #expect(try pages(LibTIFF.tiled(sides)) == [[0], [3], [4]])
    #expect(try pages(LibTIFF.tiled([(40, 60), (81, 120)])) == [[0], [1]])
  }

  @Test("counts beyond 64 bits are errors")
  func absurdCounts() throws {
    let most = "99999999999999999999"
    for text in [
      "ImageJ=1.54f\nimages=\(most)\n", "ImageJ=1.54f\nchannels=\(most)\nslices=2\n",
      "{\"shape\": [\(most), 2, 3]}",
    ] { #expect(try reading(tiff(text).file(planes(2))).contains("promises \(Int.max)"), "\(text)") }
    let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (\(most), 2, 3), }\n"
    let bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
    #expect(
      try reading(bytes + [UInt8](repeating: 1, count: 6), named: "a.npy")
        == "a.npy is damaged: it ends too early")
  }
}
