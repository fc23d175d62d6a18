import Foundation
import Testing
import UNetImages
import UNetTestSupport

@Suite("Sequences of images")
struct ImageSequenceTests {
  @Test("a folder is read in natural order, a glob picks files; other files are passed over")
  func folderAndGlob() throws {
    let folder = try TemporaryFolder()
    for n in [10, 2, 1] { try folder.write([grey(1, 1) { _ in Float(n) }], "frames/t\(n).tif") }
    try folder.write([1], "frames/notes.txt")
    let names = ["t1.tif", "t2.tif", "t10.tif"].map { folder("frames/\($0)") }
    #expect(try ImageSequence.found(folder("frames")).files == names)
    #expect(try ImageSequence.found(folder("frames/t1*")).files == [names[0], names[2]])
  }

  @Test("a file gives its pages")
  func pages() throws {
    let folder = try TemporaryFolder()
    let stack = try folder.write([grey(1, 1) { _ in 7 }, grey(2, 1) { _ in 8 }], "stack1.tif")
    let found = try ImageSequence.found(stack)
    #expect(found.files == [stack] && !found.isSequence)
    #expect(try ImageFile.read(stack).map(\.size) == ["1×1", "2×1"])
    #expect(try PageFile.labels(of: stack).map(\.numbers) == [[7], [8, 8]])
  }

  @Test("an empty folder, a glob without match and a missing file are named")
  func nothing() throws {
    let folder = try TemporaryFolder()
    try folder.write([1], "empty/notes.txt")
    func reading(_ pattern: String) -> String {
      complaint(in: folder) {
        for file in try ImageSequence.found(folder(pattern)).files { _ = try PageFile(file) }
      }
    }
    #expect(reading("empty") == "empty holds no \(ImageFile.formats) image: give another folder")
    #expect(reading("*.tif") == "*.tif matches no file: check the pattern")
    #expect(reading("a.tif") == "a.tif does not exist: check the name")
  }

  @Test("what cannot be read of a folder is told: links to nothing, pipes, names that are no text")
  func leftOut() throws {
    let folder = try TemporaryFolder()
    try folder.write([grey(1, 1) { _ in 1 }], "d/t1.tif")
    #expect(symlink("nowhere", folder("d/t3.tif")) == 0)
    #expect(mkfifo(folder("d/t4.tif"), 0o666) == 0)
    let bytes = Array(folder("d/t5-").utf8) + [0xFF, 0x2E, 0x74, 0x69, 0x66, 0]
    let handle = bytes.withUnsafeBufferPointer { buffer in
      buffer.withMemoryRebound(to: CChar.self) { fopen($0.baseAddress, "w") }
    }
    #expect(handle.map { fclose($0) } == 0)
    for pattern in ["d", "d/*.*"] {
      let found = try ImageSequence.found(folder(pattern))
      let left = found.leftOut.map { "\($0.path.dropFirst(folder("d/").count)) \($0.reason)" }
      #expect(left == ["t3.tif danglingLink", "t4.tif notRegular", "t5-\u{FFFD}.tif unreadableName"])
      #expect(found.files == [folder("d/t1.tif")])
    }
  }

  @Test(
    "a pipe, a link to nothing and a name that is no text are an error at once where they are all there is")
  func nothingToRead() throws {
    let folder = try TemporaryFolder()
    try folder.write("", "d/notes.txt")
    #expect(mkfifo(folder("d/f.tif"), 0o666) == 0)
    #expect(symlink("nowhere", folder("link.tif")) == 0)
    func reading(_ pattern: String) -> String {
      complaint(in: folder) {
        for file in try ImageSequence.found(folder(pattern)).files { _ = try PageFile(file) }
      }
    }
    #expect(
      reading("d")
        == "d holds no \(ImageFile.formats) image (f.tif is not a file on a disk): give another folder")
    #expect(reading("d/f.tif") == "cannot read d/f.tif: Not a regular file; name a file on a disk")
    #expect(reading("link.tif") == "link.tif is a link to nothing: mend the link")
    #expect(reading("a\u{FFFD}.tif") == "a\u{FFFD}.tif has a name that is not in UTF-8: rename it")
  }
}
