import Foundation
import Testing
import UNetFiles
import UNetInterchange
import UNetNumerics
import UNetTestSupport

struct SafetensorsTests {
  let example = SafetensorsFile(
    metadata: ["name": "a \"quoted\" \\ line\nµm", "levels": "5"],
    tensors: [
      "head.weight": Tensor([2, 3, 1, 1], [1, -2, .infinity, .leastNonzeroMagnitude, -0.0, 3.5]),
      "head.bias": Tensor([2], [0.25, .greatestFiniteMagnitude]),
      "empty": Tensor([0, 4], []),
      "scalar": Tensor([], [7]),
    ])

  @Test func whatIsWrittenIsReadBackWithEveryBit() throws {
    let folder = try TemporaryFolder()
    let path = folder("m.safetensors")
    try example.write(to: path)
    let read = try SafetensorsFile.read(path)
    #expect(read == example)
    #expect(try NamedTensors(read.tensors).digest() == NamedTensors(example.tensors).digest())
    #expect(read.tensors["head.weight"]?.elements[4].sign == .minus)
  }

  @Test func aNaNKeepsItsBits() throws {
    let folder = try TemporaryFolder()
    let odd = Float(bitPattern: 0x7FA1_2345)
    try SafetensorsFile(tensors: ["x": Tensor([1], [odd])]).write(to: folder("m"))
    #expect(try SafetensorsFile.read(folder("m")).tensors["x"]?.elements[0].bitPattern == odd.bitPattern)
  }

  /// Each type with 1.5, -2, its infinity and a number that another lacks.
  @Test func otherFloatsAreReadAsFloat32() throws {
    let folder = try TemporaryFolder()
    func bytes<Bits: FixedWidthInteger>(_ bits: [Bits]) -> [UInt8] {
      bits.flatMap { value in withUnsafeBytes(of: value.littleEndian) { Array($0) } }
    }
    // The least half, 2^-24; the largest brain float; a double that rounds to 0.1 in Float32.
    for (type, data, last) in [
      (
        "F16", bytes([0x3E00, 0xC000, 0x7C00, 0x0001] as [UInt16]),
        Float(sign: .plus, exponent: -24, significand: 1)
      ),
      ("BF16", bytes([0x3FC0, 0xC000, 0x7F80, 0x7F7F] as [UInt16]), Float(bitPattern: 0x7F7F_0000)),
      ("F64", bytes([1.5, -2, Double.infinity, 0.1].map(\.bitPattern)), Float(0.1)),
    ] {
      let header = "{\"x\":{\"dtype\":\"\(type)\",\"shape\":[4],\"data_offsets\":[0,\(data.count)]}}"
      let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
      try folder.write(length + Array(header.utf8) + data, "\(type).safetensors")
      let read = try SafetensorsFile.read(folder("\(type).safetensors")).tensors["x"]
      #expect(read == Tensor([4], [1.5, -2, .infinity, last]), "\(type)")
    }
  }

  @Test func theFileIsAsTheFormatSays() throws {
    let folder = try TemporaryFolder()
    try SafetensorsFile(
      metadata: ["b": "2", "a": "1"], tensors: ["y": Tensor([1, 1], [2]), "x": Tensor([2], [0, 1])]
    ).write(to: folder("m"))
    let bytes = [UInt8](try folder.bytes("m"))
    let header =
      #"{"__metadata__":{"a":"1","b":"2"},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
      + #""y":{"dtype":"F32","shape":[1,1],"data_offsets":[8,12]}}"#
    let length = (header.utf8.count + 7) / 8 * 8
    #expect(Array(bytes[..<8]) == [UInt8(length), 0, 0, 0, 0, 0, 0, 0])
    #expect(
      String(decoding: bytes[8..<8 + length], as: UTF8.self)
        == header.padding(toLength: length, withPad: " ", startingAt: 0))
    #expect(Array(bytes[(8 + length)...]) == [0, 0, 0, 0, 0, 0, 0x80, 0x3F, 0, 0, 0, 0x40])
  }

  @Test func theDigestSeesNamesShapesAndElements() throws {
    func digest(_ name: String, _ tensor: Tensor) throws -> String {
      try NamedTensors([name: tensor]).digest()
    }
    let base = try digest("x", Tensor([2, 1], [1, 2]))
    #expect(try digest("y", Tensor([2, 1], [1, 2])) != base)
    #expect(try digest("x", Tensor([1, 2], [1, 2])) != base)
    #expect(try digest("x", Tensor([2, 1], [1, 3])) != base)
  }

  /// `x`, `[2]`, 0 and 1, by hand: sha256sum of the bytes that the digest is said to take.
  @Test func theDigestIsOfTheBytesThatItsCommentSays() throws {
    let bytes: [UInt8] =
      Array("x".utf8) + [0] + [1, 0, 0, 0, 0, 0, 0, 0] + [2, 0, 0, 0, 0, 0, 0, 0]
      + [0, 0, 0, 0, 0, 0, 0x80, 0x3F]
    #expect(try NamedTensors(["x": Tensor([2], [0, 1])]).digest() == Digest.sha256(bytes))
  }

  @Test func tensorsAreMadeOneAtATimeInTheOrderOfTheirNames() throws {
    let folder = try TemporaryFolder()
    var (tensors, made) = (NamedTensors(), [String]())
    for name in ["b", "a", "c"] {
      tensors.add(name, [1]) { take in
        made.append(name)
        try take([Float(made.count)])
      }
    }
    try tensors.write(to: folder("m"), metadata: [:])
    #expect(made == ["a", "b", "c"])
    #expect(
      try SafetensorsFile.read(folder("m")).tensors
        == ["a": Tensor([1], [1]), "b": Tensor([1], [2]), "c": Tensor([1], [3])])
  }

  @Test func aTensorThatCannotBeMadeKeepsTheOldFile() throws {
    struct Failure: Error {}
    let folder = try TemporaryFolder()
    try example.write(to: folder("m"))
    var tensors = NamedTensors(["a": Tensor([1], [1])])
    tensors.add("b", [2]) { take in
      try take([1])
      throw Failure()
    }
    #expect(throws: Failure.self) { try tensors.write(to: folder("m"), metadata: [:]) }
    #expect(try SafetensorsFile.read(folder("m")) == example)
    #expect(try folder.names == ["m"])
  }

  @Test func aWriteThatFailsKeepsTheOldModel() throws {
    let folder = try TemporaryFolder()
    try example.write(to: folder("m"))
    #expect(throws: FileError.self) { try example.write(to: folder("m/inside")) }
    #expect(try SafetensorsFile.read(folder("m")) == example)
    #expect(try folder.names == ["m"])
  }
}

/// A damaged or foreign file: the bytes and what is said of them after the path.
struct BadFile: CustomTestStringConvertible, Sendable {
  let bytes: [UInt8]
  let said: String
  var testDescription: String { said }

  init(_ bytes: [UInt8], _ said: String) { (self.bytes, self.said) = (bytes, said) }

  init(header: String, data: Int, _ said: String) {
    let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
    self.init(length + Array(header.utf8) + [UInt8](repeating: 0, count: data), said)
  }
}

private let foreign =
  " is not a safetensors file: give a model.safetensors that unet train has written; a .pth of PyTorch is made one by "
  + "safetensors.torch.save_file(torch.load(FILE), \"model.safetensors\")"
private let again = ": copy it again or train again"
private let damaged = ": the file is damaged, copy it again or train again"

@Test(arguments: [
  BadFile([], foreign),
  BadFile(Array("PK\u{3}\u{4}, a zip archive of torch.save".utf8), foreign),
  BadFile([255, 255, 255, 255, 255, 255, 255, 255, 0x7B], foreign),
  BadFile([100, 0, 0, 0, 0, 0, 0, 0, 0x7B], " is truncated, 99 bytes are missing" + again),
  BadFile(header: "{nonsense}", data: 0, " has a damaged header (no JSON)" + again),
  BadFile(header: #"{"x":3}"#, data: 0, " has a damaged header (at 'x')" + again),
  BadFile(
    header: #"{"__metadata__":{"a":1}}"#, data: 0, " has a damaged header (at '__metadata__.a')" + again),
  BadFile(
    header: #"{"x":{"dtype":"I16","shape":[2],"data_offsets":[0,4]}}"#, data: 4,
    ": tensor 'x' is I16, only F16, BF16, F32 and F64 can be read: convert it with .float() before it is saved"
  ),
  BadFile(
    header: #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, data: 5,
    " is truncated, 3 bytes are missing" + again),
  BadFile(
    header: #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, data: 9,
    " has 1 bytes that belong to no tensor" + damaged),
  BadFile(
    header: #"{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, data: 8,
    ": tensor 'x' needs 12 bytes for its shape [3], but has the place [0, 8]" + damaged),
  BadFile(
    header: #"{"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, data: 0,
    ": tensor 'x' has the impossible shape [4611686018427387904, 4]" + damaged),
  BadFile(
    header: #"{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, data: 4,
    ": tensor 'x' has the impossible shape [-1]" + damaged),
  BadFile(
    header: #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
      + #""y":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, data: 8,
    ": tensor 'y' overlaps the tensor before it" + damaged),
  BadFile(
    header: #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, data: 8,
    ": tensor 'x' leaves a hole before it" + damaged),
])
func aDamagedOrForeignFileIsRefusedInOneLine(file: BadFile) throws {
  let folder = try TemporaryFolder()
  let path = folder("m.safetensors")
  try AtomicFile.write(to: path) { try $0.write(file.bytes) }
  #expect(complaint { _ = try SafetensorsFile.read(path) } == path + file.said)
}

@Test func aModelThatIsMissingOrAFolderIsNamed() throws {
  let folder = try TemporaryFolder()
  #expect(
    complaint { _ = try SafetensorsFile.read("no.safetensors") }
      == "cannot read no.safetensors: No such file or directory; check the name")
  #expect(
    complaint { _ = try SafetensorsFile.read(folder.path) }
      == "cannot read \(folder.path): Is a directory; name a file in it")
}
