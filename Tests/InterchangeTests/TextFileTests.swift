import Testing
import UNetFiles

struct TextFileTests {
  @Test func aTextIsReadBackWhole() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write("name: µ\n", to: folder.file("a.yaml"))
    #expect(try TextFile.read(folder.file("a.yaml")) == "name: µ\n")
  }

  @Test func aPictureInPlaceOfATextIsNamed() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.yaml")
    try AtomicFile.write(to: path) { try $0.write([0x4D, 0x4D, 0, 0x2A, 0xFF, 0xFE] as [UInt8]) }
    #expect(message { _ = try TextFile.read(path) } == "\(path) is not a text in UTF-8: give a text file")
  }
}
