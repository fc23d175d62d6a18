import Testing
import UNetFiles
import UNetTestSupport

struct PartialFileTests {
  @Test func theFileAppearsWhenItIsCommitted() throws {
    let folder = try TemporaryFolder()
    let file = try PartialFile(folder("a.txt"))
    try file.writer.write("whole")
    #expect(try folder.names.allSatisfy { $0.hasPrefix(".a.txt.") })
    try file.commit()
    #expect(try folder.text("a.txt") == "whole" && folder.names == ["a.txt"])
    file.discard()
    #expect(try folder.names == ["a.txt"])
  }

  @Test func aFileThatIsDroppedLeavesNothingAndKeepsTheEarlierOne() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write("earlier", to: folder("a.txt"))
    var file: PartialFile? = try PartialFile(folder("a.txt"))
    try file?.writer.write("half")
    #expect(try folder.names.count == 2)
    file = nil
    #expect(try folder.text("a.txt") == "earlier" && folder.names == ["a.txt"])
  }
}
