import Foundation
import Testing
import UNetImages
import UNetTestSupport

/// How much memory reading takes, each in a process of its own, whose peak tells it.
@Suite("Memory while files are read")
struct ReadingMemoryTests {
  /// Bytes that a process has in memory (`VmRSS`) or had at most (`VmHWM`).
  static func bytes(_ name: String) throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix(name) })
    return 1024 * (try #require(Int(line.filter(\.isNumber))))
  }

  /// The peak of `work` above what was there before.
  static func peak(_ work: () throws -> Void) throws -> Int {
    // Lets the peak begin anew (proc(5)).
    try "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
    let before = try bytes("VmRSS")
    try work()
    return try bytes("VmHWM") - before
  }

  static func write(_ folder: TemporaryFolder, side: Int, pages: Int) throws -> String {
    let path = folder("a.tif")
    let file = try ImageFile.writer(of: .init(count: pages, bytes: side * side * pages), to: path)
    for page in 0..<pages {
      try file.begin(PageLayout(height: side, width: side, .uint8))
      for y in 0..<side { try file.write((0..<side).map { UInt8(truncatingIfNeeded: $0 * y + page) }) }
      try file.endPage()
    }
    try file.close()
    return path
  }

  @Test("a page of bytes takes about a byte a pixel, however many pages its file has")
  func page() async {
    await #expect(processExitsWith: .success) {
      let (folder, side) = (try TemporaryFolder(), 4000)
      let path = try ReadingMemoryTests.write(folder, side: side, pages: 3)
      let peak = try ReadingMemoryTests.peak {
        let file = try PageFile(path)
        for number in 0..<file.count {
          let page = try file.page(number)
          try #require(page.values(rows: 7..<8)[3] == Float(21 + number))
        }
      }
      try #require(peak < side * side * 3 / 2, "\(peak) bytes")
    }
  }

  @Test("headers that lie about sizes take no memory")
  func lies() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let page = (0..<900).map { $0 % 256 }
      var tiles = ForeignTIFF(height: 30, width: 30, tile: 16)
      tiles.saidTile = (1 << 16, 1 << 16)
      let strips = ForeignTIFF(height: 30, width: 30, saidSize: 65_535, compression: 5)
      let stack = ForeignTIFF(height: 30, width: 30).with {
        $0.description = "ImageJ=1.54f\nimages=2000000000\nchannels=2000000000\n"
      }
      let array = ForeignNPY.file("<f8", shape: [100_000, 100_000], [1])
      let rows = ForeignPNG(height: 1 << 20, width: 1 << 27, bits: 16, colour: 6).file([[0]])
      for bytes in [tiles.file([page]), strips.file([page]), stack.file([page]), array, rows] {
        let path = try folder.write(bytes, "a")
        let peak = try ReadingMemoryTests.peak { _ = complaint { _ = try PageFile(path).page(0) } }
        try #require(peak < 32 << 20, "\(peak) bytes")
      }
    }
  }
}
