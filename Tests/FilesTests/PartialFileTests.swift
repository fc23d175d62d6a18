import Foundation
import Testing
import UNetFiles
import UNetTestSupport

/// Without a name where the file system has such files, and under a hidden one.
struct PartialFileTests {
  @Test(arguments: [true, false])
  func theFileAppearsWhenItIsCommitted(canBeNameless: Bool) throws {
    let folder = try TemporaryFolder()
    let file = try PartialFile(folder("a.txt"), canBeNameless: canBeNameless)
    try file.writer.write("whole")
    #expect(try folder.names.allSatisfy { $0.hasPrefix(".a.txt.") && $0.hasSuffix(".partial") })
    #expect(try canBeNameless || folder.names.count == 1)
    try file.commit()
    #expect(try folder.text("a.txt") == "whole" && folder.names == ["a.txt"])
    file.discard()
    #expect(try folder.names == ["a.txt"])
  }

  @Test(arguments: [true, false])
  func aFileThatIsDroppedLeavesNothingAndKeepsTheEarlierOne(canBeNameless: Bool) throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write("earlier", to: folder("a.txt"))
    var file: PartialFile? = try PartialFile(folder("a.txt"), canBeNameless: canBeNameless)
    try file?.writer.write("half")
    file = nil
    #expect(try folder.text("a.txt") == "earlier" && folder.names == ["a.txt"])
  }

  @Test(arguments: [true, false])
  func aFileThatCameMeanwhileStaysWhereItMayNotBeReplaced(canBeNameless: Bool) throws {
    let folder = try TemporaryFolder()
    let free = try PartialFile(folder("b.txt"), replaces: false, canBeNameless: canBeNameless)
    try free.commit()
    let file = try PartialFile(folder("a.txt"), replaces: false, canBeNameless: canBeNameless)
    try file.writer.write("whole")
    try folder.write("another's", "a.txt")
    #expect(throws: OutputError(path: folder("a.txt"))) { try file.commit() }
    #expect(try folder.text("a.txt") == "another's" && folder.names == ["a.txt", "b.txt"])
  }

  @Test(arguments: [true, false])
  func aFileThatCannotTakeItsNameLeavesNothing(canBeNameless: Bool) throws {
    let folder = try TemporaryFolder()
    let file = try PartialFile(folder("a.txt"), canBeNameless: canBeNameless)
    try file.writer.write("whole")
    try FileManager.default.createDirectory(atPath: folder("a.txt"), withIntermediateDirectories: false)
    #expect(
      complaint { try file.commit() }
        == "cannot write \(folder("a.txt")): Is a directory; choose another place")
    #expect(try folder.names == ["a.txt"])
  }
}

struct ScratchFileTests {
  @Test func itHasNoNameAndKeepsWhatIsWrittenInAnyOrder() throws {
    let folder = try TemporaryFolder()
    let file = try ScratchFile(for: folder("a.tif"))
    for (text, place) in [("second", 5), ("first", 0)] {
      try Array(text.utf8).withUnsafeBytes { try file.write($0, at: place) }
    }
    #expect(String(decoding: try file.bytes(at: 3, count: 4), as: UTF8.self) == "stse")
    #expect(try folder.names.isEmpty)
    #expect(throws: FileError.self) { try file.bytes(at: 5, count: 7) }
  }
}
