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

  @Test func aFullDiskIsToldWithItsRemedy() throws {
    let full = open("/dev/full", O_WRONLY)
    try #require(full >= 0)
    defer { close(full) }
    let text = complaint { try FileWriter(descriptor: full, path: "runs/a/model.safetensors").write("x") }
    let expected = "cannot write runs/a/model.safetensors: No space left on device; "
    #expect(text == expected + "free some space or choose another --output")
  }

  @Test func aMissingFolderIsToldWithItsRemedy() {
    let expected = "cannot write no/such/a.txt: No such file or directory; "
    #expect(
      complaint { try AtomicFile.write("x", to: "no/such/a.txt") }
        == expected + "create the folder first or choose another --output")
  }

  @Test func aFolderOrADeviceIsNeverReplaced() throws {
    let folder = try TemporaryFolder()
    #expect(
      complaint { try AtomicFile.write("x", to: folder.path) }
        == "cannot write \(folder.path): Is a directory; choose another --output")
    #expect(
      complaint { try AtomicFile.write("x", to: "/dev/null") }
        == "cannot write /dev/null: File exists; choose another --output")
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
    #expect(text == "cannot write \(target): Is a directory; choose another --output")
    #expect(try folder.names == ["a.txt"])
  }
}
