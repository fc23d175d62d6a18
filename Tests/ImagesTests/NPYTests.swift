import Testing
import UNetImages
import UNetTestSupport

@Suite("NPY")
struct NPYTests {
  private func read(_ bytes: [UInt8]) throws -> [Image] {
    let folder = try TemporaryFolder()
    return try ImageFile.read(folder.write(bytes, "a.npy"))
  }

  private func reading(_ bytes: [UInt8]) throws -> String {
    let folder = try TemporaryFolder()
    let path = try folder.write(bytes, "a.npy")
    return complaint(in: folder) { _ = try ImageFile.read(path) }
  }

  @Test(
    "two axes are a picture, three a stack, unless the last is one of channels; four a stack with channels")
  func shapes() throws {
    func sizes(_ shape: [Int]) throws -> [String] {
      try read(ForeignNPY.file("|u1", shape: shape, [Int](repeating: 1, count: shape.reduce(1, *)))).map(
        \.size)
    }
    #expect(try sizes([5, 7]) == ["5×7"])
    #expect(try sizes([2, 5, 7]) == ["5×7", "5×7"])
    #expect(try sizes([5, 7, 3]) == ["5×7×3"] && sizes([5, 7, 4]) == ["5×7×4"])
    #expect(try sizes([5, 7, 1]) == ["5×7"])
    #expect(try sizes([2, 5, 7, 9]) == ["5×7×9", "5×7×9"])
    for shape in [[5], [1, 2, 5, 7, 3], [0, 7]] {
      #expect(
        try reading(ForeignNPY.file("|u1", shape: shape, [1, 2, 3, 4, 5])).contains("is an array of shape"))
    }
  }

  @Test("either order of axes gives the same picture", arguments: ["<u2", ">u2"])
  func fortran(type: String) throws {
    // [N, H, W, C], the first axis fastest.
    let (n, h, w, c) = (2, 3, 5, 4)
    let rows = (0..<n * h * w * c).map { $0 * 137 }
    var columns: [Int] = []
    for channel in 0..<c {
      for x in 0..<w {
        for y in 0..<h {
          for page in 0..<n { columns.append(rows[((page * h + y) * w + x) * c + channel]) }
        }
      }
    }
    let expected = try read(ForeignNPY.file(type, shape: [n, h, w, c], rows))
    #expect(try read(ForeignNPY.file(type, shape: [n, h, w, c], isFortran: true, columns)) == expected)
    #expect(expected[1].pixels.first == Float(137 * h * w * c))
  }

  @Test("a file cut off, one that goes on, and one with another header are errors")
  func damaged() throws {
    let whole = ForeignNPY.file("<u2", shape: [3, 4], Array(0..<12))
    for size in 1..<whole.count {
      #expect(try reading(Array(whole[..<size])).hasPrefix("a.npy "), "\(size) bytes")
    }
    #expect(try reading(whole + [0]) == "a.npy holds more than its header says: save one array in a file")
    for header in [
      "", "{}", "{'descr': '<u2', 'fortran_order': 0, 'shape': (3, 4), }",
      "{'descr': '<u2', 'fortran_order': False, 'shape': (3, -4), }",
      "{'descr': '<u2', 'fortran_order': False, 'shape': (3, 4), } + open('x')",
    ] {
      #expect(
        try reading(ForeignNPY.file(header: header) + [UInt8](repeating: 0, count: 24))
          == "a.npy is not an NPY array, or is damaged: its header is none that NumPy writes", "\(header)")
    }
    #expect(
      try reading(ForeignNPY.file("<f8", shape: [4_294_967_296, 4_294_967_296], [1]))
        == "a.npy is damaged: it ends too early")
  }

  @Test("types of numbers that no image has are named; objects are never unpickled")
  func types() throws {
    #expect(
      try reading(ForeignNPY.file("|O8", shape: [1, 1], [1]))
        == "a.npy holds Python objects, which could run any program when they are read: save an array of numbers"
    )
    for type in ["<c8", "<U5", "|S3", "<M8[ns]", "<f1"] {
      let header = ForeignNPY.header(type, shape: [1, 1])
      #expect(
        try reading(ForeignNPY.file(header: header) + [UInt8](repeating: 0, count: 8))
          == "a.npy holds numbers of type \(type): save whole numbers, or floats of 16, 32 or 64 bits")
    }
  }
}
