import Testing
import UNetFiles
import UNetTestSupport

/// The examples of FIPS 180-2, appendix B, and the empty message.
@Test(arguments: [
  ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
  ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
  (
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
  ),
])
func digestEqualsTheStandardsExamples(text: String, digest: String) {
  #expect(Digest.sha256(text) == digest)
}

@Test func digestOfAFileLongerThanABlockIsThatOfItsBytes() throws {
  let folder = try TemporaryFolder()
  let bytes = (0..<2_500_001).map { UInt8(truncatingIfNeeded: $0 &* 7) }
  try AtomicFile.write(to: folder("long")) { try $0.write(bytes) }
  #expect(try Digest.sha256(ofFile: folder("long")) == Digest.sha256(bytes))
}

@Test func digestOfAMissingFileNamesIt() {
  let text = complaint { _ = try Digest.sha256(ofFile: "no/such/file") }
  #expect(text == "cannot read no/such/file: No such file or directory; check the name")
}
