import Foundation
import Testing
import UNetImages
import UNetTestSupport

@Suite("Sequences of images")
struct ImageSequenceTests {
  @Test("a folder is read in natural order, with the last number of each name; other files are passed over")
  func folder() throws {
    let folder = try TemporaryFolder()
    for n in [10, 2, 1] { try folder.write([grey(1, 1) { _ in Float(n) }], "frames/t\(n).tif") }
    try folder.write([1], "frames/notes.txt")
    let pages = try ImageSequence.read(folder("frames"))
    #expect(pages.map(\.name) == ["t1", "t2", "t10"] && pages.map(\.index) == [1, 2, 10])
    #expect(pages.map { $0.image.pixels[0] } == [1, 2, 10] && pages.map(\.number) == [0, 0, 0])
  }

  @Test("a glob picks files, a file gives its pages")
  func globAndFile() throws {
    let folder = try TemporaryFolder()
    for n in [3, 20] { try folder.write([grey(1, 1) { _ in Float(n) }], "b4_\(n).png") }
    let stack = try folder.write([grey(1, 1) { _ in 7 }, grey(2, 1) { _ in 8 }], "stack1.tif")
    let globbed = try ImageSequence.read(folder("b*.png"))
    #expect(globbed.map(\.index) == [3, 20])
    let pages = try ImageSequence.read(stack)
    #expect(pages.map(\.number) == [0, 1] && pages.map(\.index) == [nil, nil])
    #expect(pages.map(\.image.size) == ["1×1", "2×1"])
  }

  @Test("an empty folder, a glob without match and a missing file are named")
  func nothing() throws {
    let folder = try TemporaryFolder()
    try folder.write([1], "empty/notes.txt")
    func reading(_ pattern: String) -> String {
      complaint(in: folder) { _ = try ImageSequence.read(folder(pattern)) }
    }
    #expect(reading("empty") == "empty holds no \(ImageFile.formats) image: give another folder")
    #expect(reading("*.tif") == "*.tif matches no file: check the pattern")
    #expect(reading("a.tif") == "a.tif does not exist: check the name")
  }
}
