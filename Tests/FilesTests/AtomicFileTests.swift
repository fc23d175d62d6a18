import Foundation
import Testing
import UNetFiles
import UNetTestSupport

struct AtomicFileTests {
  struct Interruption: Error {}

  @Test func aWrittenFileHasTheBytesAndNothingElseStaysInTheFolder() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write("old and longer", to: folder("a.txt"))
    try AtomicFile.write("new", to: folder("a.txt"))
    #expect(try folder.text("a.txt") == "new")
    #expect(try folder.names == ["a.txt"])
  }

  @Test func aFailureHalfwayKeepsTheOldFileAndRemovesTheTemporaryOne() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write("old", to: folder("a.txt"))
    #expect(throws: Interruption.self) {
      try AtomicFile.write(to: folder("a.txt")) {
        try $0.write("half of the new one")
        throw Interruption()
      }
    }
    #expect(try folder.text("a.txt") == "old")
    #expect(try folder.names == ["a.txt"])
  }

  @Test func aLinkStaysALinkAndItsFileIsReplaced() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write("old", to: folder("a.txt"))
    try FileManager.default.createSymbolicLink(
      atPath: folder("link"), withDestinationPath: folder("a.txt"))
    try AtomicFile.write("new", to: folder("link"))
    #expect(try folder.text("a.txt") == "new")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder("link")).hasSuffix("a.txt"))
  }

  @Test(arguments: ["a.txt", "there/a.txt"])
  func aLinkToWhatIsNotThereStaysALinkAndItsFileIsMade(target: String) throws {
    let folder = try TemporaryFolder()
    try Files.makeFolder(folder("there"))
    try FileManager.default.createSymbolicLink(atPath: folder("first"), withDestinationPath: "second")
    try FileManager.default.createSymbolicLink(atPath: folder("second"), withDestinationPath: target)
    try AtomicFile.write("new", to: folder("first"))
    #expect(try TextFile.read(folder(target)) == "new")
    for (link, end) in [("first", "second"), ("second", target)] {
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder(link)) == end)
    }
  }

  @Test func aCircleOfLinksIsNamed() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(atPath: folder("a"), withDestinationPath: "a")
    let text = complaint { try AtomicFile.write("x", to: folder("a")) }
    #expect(text.hasPrefix("cannot write \(folder("a")): Too many levels of symbolic links; "))
  }

  /// 255 bytes are the most that a name may have; one character may have hundreds.
  @Test(arguments: [
    String(repeating: "n", count: 255), String(repeating: "ß", count: 127),
    "e" + String(repeating: "\u{301}", count: 127),
    " -o \n'\"*?", "...", ".hidden",
  ])
  func aNameMayBeLongOrOdd(name: String) throws {
    let folder = try TemporaryFolder()
    for text in ["old", "new"] { try AtomicFile.write(text, to: folder(name)) }
    #expect(try TextFile.read(folder(name)) == "new")
    #expect(try folder.names.count == 1)
  }

  @Test(arguments: [ENOSPC, EDQUOT, EFBIG])
  func aDiskThatTakesNoMoreHasOneRemedy(code: Int32) {
    let text = FileError(.write, "a.tif", code: code).description
    #expect(text.hasPrefix("cannot write a.tif: ") && text.components(separatedBy: "; ").count == 2)
    #expect(text.hasSuffix("; free some space or choose another place"))
  }

  @Test func aFullDiskIsToldWithItsRemedy() throws {
    let full = open("/dev/full", O_WRONLY)
    try #require(full >= 0)
    defer { close(full) }
    let text = complaint { try FileWriter(descriptor: full, path: "runs/a/model.safetensors").write("x") }
    let expected = "cannot write runs/a/model.safetensors: No space left on device; "
    #expect(text == expected + "free some space or choose another place")
  }

  @Test func aMissingFolderIsToldWithItsRemedy() {
    let expected = "cannot write no/such/a.txt: No such file or directory; "
    #expect(
      complaint { try AtomicFile.write("x", to: "no/such/a.txt") }
        == expected + "make the folder first or choose another place")
  }

  @Test func aFolderOrADeviceIsNeverReplaced() throws {
    let folder = try TemporaryFolder()
    #expect(
      complaint { try AtomicFile.write("x", to: folder.path) }
        == "cannot write \(folder.path): Is a directory; choose another place")
    #expect(
      complaint { try AtomicFile.write("x", to: "/dev/null") }
        == "cannot write /dev/null: File exists; choose another place")
  }

  @Test func aFailedRenameRemovesTheTemporaryFile() throws {
    let folder = try TemporaryFolder()
    let target = folder("a.txt")
    let text = complaint {
      try AtomicFile.write(to: target) {
        try $0.write("x")
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: false)
      }
    }
    #expect(text == "cannot write \(target): Is a directory; choose another place")
    #expect(try folder.names == ["a.txt"])
  }
}
