import Foundation
import Testing
import UNetImages
import UNetTestSupport

@Suite("Files that cannot be used")
struct ImageErrorTests {
  @Test("a missing, empty or foreign file is named")
  func notAnImage() throws {
    let folder = try TemporaryFolder()
    #expect(
      reading(folder("none.tif"), folder) == "cannot read none.tif: No such file or directory; check the name"
    )
    #expect(reading(folder.path, folder) == "cannot read \(folder.path): Is a directory; name a file in it")
    let empty = try folder.write("", "empty.tif")
    #expect(reading(empty, folder) == "empty.tif is empty: give a \(ImageFile.formats) image")
    let text = try folder.write("not an image", "text.tif")
    #expect(
      reading(text, folder) == "text.tif is no \(ImageFile.formats) image: convert it to one of them")
    let nearly = try folder.write("II am a text", "nearly.tif")
    #expect(reading(nearly, folder).hasPrefix("nearly.tif is not a TIFF image, or is damaged: "))
    let beyond = try folder.write([0x49, 0x49, 42, 0, 0, 1, 0, 0], "beyond.tif")
    #expect(reading(beyond, folder).hasPrefix("beyond.tif is not a TIFF image, or is damaged: Can not"))
  }

  @Test("a file cut off anywhere is an error that names it, never an image and never a crash")
  func truncated() throws {
    let folder = try TemporaryFolder()
    let noise = grey(40, 40, .uint16) { Float($0 * 7919 % 65536) }
    let tiff = try folder.write([noise, noise, noise], "whole.tif")
    let png = try folder.write([noise], "whole.png")
    let plain = try folder.write(
      ForeignTIFF(height: 30, width: 30, tile: 16).file([(0..<900).map { UInt32($0 % 256) }]), "plain.tif")
    for whole in [tiff, png, plain] {
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: whole)))
      for size in stride(from: 1, to: bytes.count - 1, by: max(1, bytes.count / 97)) {
        let cut = try folder.write(Array(bytes[..<size]), "cut.tif")
        #expect(reading(cut, folder).hasPrefix("cut.tif "), "\(whole) cut to \(size) bytes")
      }
    }
  }

  @Test(
    "sizes of tiles and images that no file of these bytes can have are an error at once",
    arguments: [[31, 31], [31, 1], [16, 20], [24, 24], [4, 31]])
  func impossibleSizes(sides: [UInt32]) throws {
    let folder = try TemporaryFolder()
    let page = (0..<900).map { UInt32($0 % 256) }
    var tiff = ForeignTIFF(height: 30, width: 30, tile: 16)
    tiff.saidTile = (1 << sides[0], 1 << sides[1])
    let tiled = try folder.write(tiff.file([page]), "tiled.tif")
    #expect(reading(tiled, folder).hasPrefix("tiled.tif page 0: is damaged: "))
    let strips = try folder.write(
      ForeignTIFF(height: 30, width: 30, saidSize: 65_535, compression: 5).file([page]), "strips.tif")
    #expect(reading(strips, folder).hasPrefix("strips.tif page 0: is damaged: "))
  }

  @Test("a file that shrinks while it is read is an error that names it")
  func shrinking() throws {
    let folder = try TemporaryFolder()
    let pages = (0..<3).map { noise(60, 60, seed: UInt64($0 + 1)) }
    try folder.write(pages, "a.tif")
    try folder.write([pages[0]], "a.png")
    let numbers = pages.flatMap { $0.pixels.map { Int($0) } }
    try folder.write(ForeignNPY.file("|u1", shape: [3, 60, 60], numbers), "a.npy")
    for name in ["a.tif", "a.png", "a.npy"] {
      let file = try PageFile(folder(name))
      #expect(truncate(folder(name), 300) == 0)
      #expect(complaint(in: folder) { _ = try file.page(file.count - 1) }.hasPrefix("\(name) "))
    }
  }

  @Test("a file that lists fewer strips than its image has is damaged")
  func unlisted() throws {
    let folder = try TemporaryFolder()
    let page = (0..<64 * 64).map { $0 % 256 }
    var tiff = ForeignTIFF(height: 64, width: 64).with { ($0.stripRows, $0.listed) = (16, 2) }
    #expect(
      reading(try folder.write(tiff.file([page]), "a.tif"), folder)
        == "a.tif page 0: is damaged: it lists 2 of its 4 parts")
    tiff.tile = 32
    #expect(
      reading(try folder.write(tiff.file([page]), "a.tif"), folder)
        == "a.tif page 0: is damaged: it lists 2 of its 4 parts")
  }

  @Test("directories that lead in a circle are damage")
  func loop() throws {
    let folder = try TemporaryFolder()
    var bytes = ForeignTIFF(width: 2).file([[1, 2]])
    let link = bytes.count - 4
    let first = Array(bytes[4..<8])
    // No value of this file is longer than its entry, so the link to the next directory ends it.
    #expect(Array(bytes[link...]) == [0, 0, 0, 0])
    bytes.replaceSubrange(link..., with: first)
    #expect(
      reading(try folder.write(bytes, "a.tif"), folder)
        == "a.tif is damaged after page 0: its directories form a loop")
  }

  @Test("bytes changed at random give an image or an error, never a crash")
  func damaged() throws {
    let folder = try TemporaryFolder()
    let page = (0..<30 * 30).map { UInt32($0 % 256) }
    let png = try folder.write([grey(30, 30) { Float($0 % 256) }], "whole.png")
    let files = [
      ForeignTIFF(height: 30, width: 30, compression: 5).file([page, page]),
      ForeignTIFF(bigEndian: true, height: 30, width: 30, tile: 16).file([page]),
      [UInt8](try Data(contentsOf: URL(fileURLWithPath: png))),
    ]
    for bytes in files {
      for trial in 0..<400 {
        var damaged = bytes
        // Directories stand at the end of these files.
        let at =
          trial % 2 == 0 ? bytes.count - 1 - trial % min(250, bytes.count) : trial * 7919 % bytes.count
        damaged[at] = UInt8(truncatingIfNeeded: trial &* 167 &+ 13)
        let path = try folder.write(damaged, "damaged")
        let text = reading(path, folder)
        #expect(text.isEmpty || text.hasPrefix("damaged "))
      }
    }
  }

  @Test(
    "numbers that no image has are named",
    arguments: [
      (64, 6, "has complex numbers: save their real part or their size"),
      (24, 3, "has 24 bit float numbers: save it as 8 or 16 bit unsigned or 32 bit float"),
      // Programs do not agree on the order of their bytes.
      (24, 1, "has 24 bit whole numbers: save it as 8 or 16 bit unsigned or 32 bit float"),
    ])
  func samples(bits: Int, sampleFormat: Int, words: String) throws {
    let folder = try TemporaryFolder()
    let tiff = ForeignTIFF(width: 2, bits: bits, sampleFormat: sampleFormat)
    let path = try folder.write(tiff.file([[1, 2]]), "odd.tif")
    #expect(reading(path, folder) == "odd.tif page 0: \(words)")
  }

  @Test(
    "colours that are not supported are named",
    arguments: [(5, "CMYK"), (8, "CIE L*a*b*"), (32803, "a camera's raw"), (99, "unknown")])
  func colours(photometric: Int, name: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      ForeignTIFF(width: 1, samples: 3, photometric: photometric).file([[0, 1, 2]]), "a.tif")
    #expect(reading(path, folder) == "a.tif page 0: is stored in \(name) colours: save it as grey or RGB")
  }

  @Test(
    "a compression that libtiff lacks is named, not called damage",
    arguments: [(34712, "JPEG 2000"), (34933, "PNG"), (60000, "method 60000")])
  func compression(number: Int, name: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(ForeignTIFF(width: 2, compression: number).file([[1, 2]]), "a.tif")
    #expect(
      reading(path, folder)
        == "a.tif page 0: is compressed by \(name), which is not supported: save it uncompressed, or with LZW or deflate"
    )
  }

  @Test("NaN and infinity are named with page and position", arguments: [Float.nan, .infinity])
  func notFinite(value: Float) throws {
    let folder = try TemporaryFolder()
    let good = grey(3, 4, .float32) { Float($0) }
    let bad = grey(3, 4, .float32) { $0 == 6 ? value : 0 }
    let path = try folder.write([good, bad], "values.tif")
    let what = value.isNaN ? "NaN" : "an infinite value"
    #expect(
      reading(path, folder)
        == "values.tif has \(what) in page 1 at row 1, column 2: give images of finite values")
  }

  @Test("what a name cannot hold is not written")
  func unwritable() throws {
    let folder = try TemporaryFolder()
    let page = grey(2, 2) { Float($0) }
    let floats = grey(2, 2, .float32) { Float($0) }
    func writing(_ images: [Image], _ name: String) -> String {
      complaint(in: folder) { try ImageFile.write(images, to: folder(name)) }
    }
    #expect(writing([page, page], "a.png") == "a.png takes one image, not 2: name it .tif for a stack")
    #expect(writing([floats], "a.png") == "a.png cannot hold floats: name it .tif")
    #expect(writing([page], "a.jpg") == "a.jpg has no name of an image: end it in .tif or .png")
    #expect(writing([], "a.tif") == "a.tif cannot be written: there is no image to write")
    #expect(
      writing([page], "no/a.tif")
        == "cannot write no/a.tif: No such file or directory; make the folder first or choose another place")
    #expect(try folder.names.isEmpty)
  }

  @Test(
    "a disk that takes no more keeps the old file and leaves nothing half-written", arguments: ["tif", "png"])
  func fullDisk(ending: String) async {
    // A process of its own, whose files may not grow beyond 1 KiB.
    await #expect(processExitsWith: .success) { [ending] in
      let folder = try TemporaryFolder()
      let path = try folder.write([grey(2, 2) { Float($0) }], "kept.\(ending)")
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 1024, rlim_max: 1024)
      try #require(setrlimit(__rlimit_resource_t(1), &limit) == 0)
      let large = grey(200, 200, .uint16) { Float($0 * 7919 % 65536) }
      let text = complaint(in: folder) { try ImageFile.write([large], to: path) }
      try #require(
        text == "cannot write kept.\(ending): File too large; free some space or choose another place")
      try #require(try ImageFile.read(path)[0].pixels == [0, 1, 2, 3])
      try #require(try folder.names == ["kept.\(ending)"])
    }
  }

  @Test("a link stays a link, and its file is replaced; a device is refused", arguments: ["tif", "png"])
  func link(ending: String) throws {
    let (folder, files) = (try TemporaryFolder(), FileManager.default)
    let kept = try folder.write([grey(2, 2) { Float($0) }], "kept.\(ending)")
    let (link, device) = (folder("link.\(ending)"), folder("full.\(ending)"))
    try files.createSymbolicLink(atPath: link, withDestinationPath: "kept.\(ending)")
    try ImageFile.write([plain(7, 1, 1)], to: link)
    #expect(try ImageFile.read(kept)[0].pixels == [7])
    #expect(try files.destinationOfSymbolicLink(atPath: link) == "kept.\(ending)")
    try files.createSymbolicLink(atPath: device, withDestinationPath: "/dev/full")
    #expect(
      complaint(in: folder) { try ImageFile.write([plain(7, 1, 1)], to: device) }
        == "cannot write full.\(ending): File exists; choose another place")
  }

  private func reading(_ path: String, _ folder: TemporaryFolder) -> String {
    complaint(in: folder) { _ = try ImageFile.read(path) }
  }
}
