import Glibc
import Testing
import UNetFiles
import UNetTestSupport

struct PartialFileTests {
  /// Whether the file system has files without a name (O_TMPFILE), of which nothing stays where a process is killed.
  private static func hasNamelessFiles(_ folder: String) -> Bool {
    let descriptor = open(folder, O_RDWR | O_DIRECTORY | 0o20_000_000, 0o600)
    return descriptor >= 0 && close(descriptor) == 0
  }

  @Test func theFileAppearsWhenItIsCommitted() throws {
    let folder = try TemporaryFolder()
    let file = try PartialFile(folder("a.txt"))
    try file.writer.write("whole")
    #expect(try folder.names.allSatisfy { $0.hasPrefix(".a.txt.") })
    #expect(try folder.names.isEmpty == Self.hasNamelessFiles(folder.path))
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
    file = nil
    #expect(try folder.text("a.txt") == "earlier" && folder.names == ["a.txt"])
  }
}
