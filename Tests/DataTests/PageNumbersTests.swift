import Testing
import UNetData
import UNetTestSupport

/// By which numbers the pages of files are meant.
struct PageNumbersTests {
  @Test(arguments: [
    (["field2_20x", "field3_20x", "field10_20x"], [2, 3, 10]),
    (["exp3_t008_c1", "exp3_t009_c1"], [8, 9]),
    (["t003_20240301", "t004_20240301"], [3, 4]),
    (["t3", "t7"], [3, 7]),
    // A number that all have and no other: places.
    (["a_1", "b_1"], [0, 1]),
    (["s1_t1", "s1_t2", "s2_t1"], [0, 1, 2]),
  ])
  func thoseThatDiffer(names: [String], pages: [Int]) throws {
    let folder = try TemporaryFolder()
    for name in names {
      try folder.write([grey(8, 8) { Float($0) }], "i/\(name).tif")
      try folder.write([grey(8, 8, .uint16) { $0 == 9 ? 1 : 0 }], "l/\(name).tif")
    }
    let set = try Dataset(images: folder("i"), labels: folder("l"), .init(.instances))
    #expect(set.pages.map(\.page) == pages)
  }

  @Test("a file without labels decides nothing; one with labels and no number is told")
  func strays() throws {
    let files = try EmptyFiles()
    let numbered = (1...20).map { "nuc_\($0 + 100)" }
    try files.make((numbered + ["overview"]).map { "i/\($0).tif" } + numbered.map { "l/\($0)_mask.tif" })
    func found() throws -> FilePairs {
      try pairedFiles(images: files.folder("i"), labels: files.folder("l"))
    }
    #expect(try found().pairs.compactMap(\.number) == Array(101...120))
    #expect(try found().numbers?.reason == nil && found().numbers?.areConsecutive == true)
    try files.make(["l/overview_mask.tif"])
    #expect(try found().pairs.compactMap(\.number) == Array(0...20))
    let reason = try #require(try found().numbers?.reason)
    #expect(reason.hasPrefix("pages are places") && reason.hasSuffix("overview.tif has none"), "\(reason)")
    // Names without numbers have none to be missed.
    try files.make(["a", "b", "c"].flatMap { ["x/\($0).tif", "y/\($0).tif"] })
    #expect(try pairedFiles(images: files.folder("x"), labels: files.folder("y")).numbers?.reason == nil)
  }
}
