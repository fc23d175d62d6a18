import Foundation
import Testing
import UNetFiles
import UNetTestSupport

struct FolderLockTests {
  @Test func aFolderIsLockedByOneAtATime() throws {
    let folder = try TemporaryFolder()
    var lock: FolderLock? = try FolderLock(folder.path)
    let error = try #require(throws: FolderInUse.self) { try FolderLock(folder.path) }
    #expect("\(error)".hasPrefix("\(folder.path) is in use by process "))
    withExtendedLifetime(lock) {}
    lock = nil
    #expect(try folder.names.isEmpty)
    lock = try FolderLock(folder.path)
    withExtendedLifetime(lock) {}
  }

  /// As a process that was killed leaves it.
  @Test func aFileThatNobodyHasLockedIsTakenOver() throws {
    let folder = try TemporaryFolder()
    try folder.write("99999999\n", ".lock")
    let lock = try FolderLock(folder.path)
    let error = try #require(throws: FolderInUse.self) { try FolderLock(folder.path) }
    #expect(!"\(error)".contains("99999999"))
    withExtendedLifetime(lock) {}
  }

  @Test func aFolderThatWasMovedLeavesTheLockOfTheNextInPeace() throws {
    let folder = try TemporaryFolder()
    let (run, moved) = (folder("run"), folder("moved"))
    try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: false)
    var first: FolderLock? = try FolderLock(run)
    try FileManager.default.moveItem(atPath: run, toPath: moved)
    #expect(first?.isInPlace == false)
    try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: false)
    let second = try FolderLock(run)
    first = nil
    #expect(second.isInPlace)
    #expect(throws: FolderInUse.self) { try FolderLock(run) }
  }

  /// A link is not followed to a file of somebody else's.
  @Test func aLinkIsNoLock() throws {
    let folder = try TemporaryFolder()
    try folder.write("mine", "mine.txt")
    try FileManager.default.createSymbolicLink(
      atPath: folder(".lock"), withDestinationPath: folder("mine.txt"))
    #expect(throws: FileError.self) { try FolderLock(folder.path) }
    #expect(try folder.text("mine.txt") == "mine")
  }
}
