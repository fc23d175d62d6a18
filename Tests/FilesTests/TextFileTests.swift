import Glibc
import Testing
import UNetFiles
import UNetTestSupport

struct TextFileTests {
  @Test func aTextIsReadBackWhole() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write("name: µ\n", to: folder("a.yaml"))
    #expect(try TextFile.read(folder("a.yaml")) == "name: µ\n")
  }

  @Test func aByteOrderMarkIsNoPartOfTheText() throws {
    let folder = try TemporaryFolder()
    try folder.write([0xEF, 0xBB, 0xBF] + Array("name: µ\r\n".utf8), "a.yaml")
    #expect(try TextFile.read(folder("a.yaml")) == "name: µ\r\n")
    let units = Array("\u{FEFF}name: µ𝛼\r\n".utf16)
    try folder.write(units.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }, "little.yaml")
    try folder.write(units.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }, "big.yaml")
    for name in ["little.yaml", "big.yaml"] {
      #expect(try TextFile.read(folder(name)) == "name: µ𝛼\r\n")
    }
  }

  @Test func moreThanAnyTextHasIsNamedAsThat() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("", "a.yaml")
    #expect(truncate(path, off_t(TextFile.longest + 1)) == 0)
    #expect(complaint { _ = try TextFile.read(path) } == "\(path) has more than 16 MiB: give a text file")
  }

  @Test func aPictureInPlaceOfATextIsNamed() throws {
    let folder = try TemporaryFolder()
    let path = folder("a.yaml")
    try AtomicFile.write(to: path) { try $0.write([0x4D, 0x4D, 0, 0x2A, 0xFF, 0xFE] as [UInt8]) }
    #expect(complaint { _ = try TextFile.read(path) } == "\(path) is not a text in UTF-8: give a text file")
  }
}
