import Foundation
import Testing
import UNetFiles
import UNetTestSupport

struct FilesTests {
  @Test func aFolderIsMadeWithThoseItLiesInAndMayBeThere() throws {
    let folder = try TemporaryFolder()
    for _ in 1...2 { try Files.makeFolder(folder("a/b/c")) }
    #expect(Files.isFolder(folder("a/b/c")) && Files.exists(folder("a")))
    try FileManager.default.createSymbolicLink(atPath: folder("link"), withDestinationPath: "a/b")
    try Files.makeFolder(folder("link/d/"))
    #expect(try Set(Files.names(in: folder("a/b"))) == ["c", "d"])
  }

  @Test func aFileIsRemovedAndAFolderNever() throws {
    let folder = try TemporaryFolder()
    try Files.makeFolder(folder("a"))
    try folder.write("x", "a/file")
    for path in ["a", "a/missing", "a/file"] { Files.remove(folder(path)) }
    #expect(Files.isFolder(folder("a")) && !Files.exists(folder("a/file")))
  }

  @Test("the system takes a name with a NUL for a shorter one") func aNUL() throws {
    let folder = try TemporaryFolder()
    try folder.write("x", "file")
    let odd = folder("file\0.yaml")
    Files.remove(odd)
    #expect(Files.exists(folder("file")) && !Files.exists(odd))
    #expect(try Files.matching(odd).isEmpty)
    #expect(throws: FileError.self) { try FileReader(odd) }
    #expect(throws: FileError.self) { try AtomicFile.write("y", to: odd) }
    #expect(throws: FileError.self) { try Files.makeFolder(folder("b\0/c")) }
    #expect(try Files.names(in: folder.path) == ["file"])
  }

  @Test func aFolderThatCannotBeMadeIsNamedWithTheReason() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write("x", to: folder("a"))
    let whole = folder("a/b/c")
    #expect(
      complaint { try Files.makeFolder(folder("a")) }
        == "cannot make the folder \(folder("a")): Not a directory; choose another place")
    #expect(
      complaint { try Files.makeFolder(whole) }
        == "cannot make the folder \(whole): Not a directory; choose another place")
    #expect(
      complaint { try Files.makeFolder("/proc/unet/a") }
        == "cannot make the folder /proc/unet/a: No such file or directory; choose another place")
  }

  @Test func aFileIsRefusedBeforeThereIsAnythingToWrite() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.check(folder("a.txt"))
    #expect(try folder.names == [])
    let missing = folder("no/a.txt")
    #expect(
      complaint { try AtomicFile.check(missing) }
        == "cannot write \(missing): No such file or directory; make the folder first or choose another place"
    )
  }

  @Test func whatIsReadWholeMustBeAFile() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write(to: folder("a")) { try $0.write([1, 2, 3] as [UInt8]) }
    #expect(try FileReader.bytes(of: folder("a")) == [1, 2, 3])
    #expect(
      complaint { _ = try FileReader.bytes(of: folder.path) }
        == "cannot read \(folder.path): Is a directory; name a file in it")
    #expect(
      complaint { _ = try FileReader.bytes(of: "/dev/null") }
        == "cannot read /dev/null: Not a regular file; name a file on a disk")
  }

  @Test func theChoiceThatMendsAnErrorOfWritingIsTheOutput() {
    #expect(FileError(.write, "a", code: ENOSPC).choices == ["output"])
    #expect(FileError(.make, "a", code: ENOTDIR).choices == ["output"])
    #expect(FileError(.read, "a", code: ENOENT).choices == [])
  }
}

struct PathTests {
  @Test(arguments: [
    ("frames/T007.TIF", "T007.TIF", "T007", "tif", "frames"), ("a", "a", "a", "", "."),
    ("/a.b.png", "a.b.png", "a.b", "png", "/"), ("x//y/", "y", "y", "", "x"), ("/", "", "", "", "/"),
    ("../.rc", ".rc", ".rc", "", ".."), ("a.", "a.", "a", "", "."),
    ("x/T1.OME.zarr", "T1.OME.zarr", "T1", "zarr", "x"), ("a.ome.tif", "a.ome.tif", "a.ome", "tif", "."),
  ])
  func aPathHasParts(path: String, name: String, stem: String, ending: String, folder: String) {
    #expect(Path.name(path) == name && Path.stem(path) == stem)
    #expect(Path.ending(path) == ending && Path.folder(of: path) == folder)
  }

  @Test func aFileIsKnownByAnyOfItsPaths() throws {
    let folder = try TemporaryFolder()
    try Files.makeFolder(folder("a/b"))
    try FileManager.default.createSymbolicLink(atPath: folder("link"), withDestinationPath: "a/b")
    try AtomicFile.write("x", to: folder("link/x"))
    for name in ["a/b/x", "link/x", "a/../link/./x"] {
      #expect(Path.real(folder(name)) == Path.real(folder("a/b/x")))
      #expect(Path.real(folder(name + "-to-be")) == Path.real(folder("a/b")) + "/x-to-be")
    }
  }
}

/// https://specifications.freedesktop.org/basedir-spec/latest: "All paths set in these environment variables must be
/// absolute. If an implementation encounters a relative path in any of these variables it should consider the path
/// invalid and ignore it."
struct UserFolderTests {
  @Test(arguments: [nil, "", "relative", "./x", "~/x"])
  func aVariableThatIsNoAbsolutePathIsPassedOver(value: String?) {
    var environment = ["HOME": "/home/ada"]
    environment["XDG_CACHE_HOME"] = value
    environment["XDG_CONFIG_HOME"] = value
    #expect(UserFolder.cache.path(environment) == "/home/ada/.cache/swift-unet")
    #expect(UserFolder.configuration.path(environment) == "/home/ada/.config/swift-unet")
  }

  @Test func anAbsoluteVariableCounts() {
    let environment = ["HOME": "/home/ada", "XDG_CACHE_HOME": "/c/", "XDG_CONFIG_HOME": "/f"]
    #expect(UserFolder.cache.path(environment) == "/c/swift-unet")
    #expect(UserFolder.configuration.path(environment) == "/f/swift-unet")
  }
}
