import UNetFiles

/// NumPy's arrays (NEP 1): numbers of one type with a header, of pictures or stacks of them.
struct NPYCodec: ImageCodec {
  let name = "NPY"
  let endings = ["npy"]
  let isExact = true
  let isWritten = false
  private static let beginning: [UInt8] = [0x93] + Array("NUMPY".utf8)

  func matches(_ bytes: [UInt8]) -> Bool { bytes.starts(with: Self.beginning) }

  func open(_ file: FileReader) throws -> any PageSource { try open(file, nil) }

  func open(_ file: FileReader, _ spare: SparePlace?) throws -> any PageSource {
    let head = try file.bytes(at: 0, count: 12)
    guard head.count == 12 else { throw NPYHeader.damage(file.path) }
    let isLong = head[6] > 1
    let size = head[8..<(isLong ? 12 : 10)].reversed().reduce(0) { $0 << 8 | Int($1) }
    let start = isLong ? 12 : 10
    guard (1...3).contains(head[6]), size < 1 << 16, start + size <= file.size else {
      throw NPYHeader.damage(file.path)
    }
    let text = String(decoding: try file.bytes(at: start, count: size), as: UTF8.self)
    let header = try NPYHeader(text, of: file.path)
    return try NPYFile(header, at: start + size, of: file, spare)
  }

  /// Whether the file at `path` has Python objects in place of numbers, such as Cellpose's `NAME_seg.npy`.
  static func holdsObjects(_ path: String) -> Bool {
    guard let head = try? FileReader(path).bytes(at: 0, count: 64), head.starts(with: beginning) else {
      return false
    }
    return String(decoding: head.dropFirst(10), as: UTF8.self).contains("'descr': '|O'")
  }

  func writer(of pages: ExpectedPages, to file: PartialFile, _ compression: ImageFile.Compression) throws
    -> any PageWriter
  {
    preconditionFailure("NPY is not written")
  }
}

/// NumPy's format (NEP 1), version 1.0.
package enum NPYArray {
  /// An array of numbers of `type`, such as `<f4`, in C order; `numbers` are their bytes, the lowest first.
  package static func bytes(_ numbers: [UInt8], type: String, shape: [Int]) -> [UInt8] {
    let extents = shape.map { "\($0), " }.joined().dropLast(shape.count > 1 ? 2 : 1)
    var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(extents)), }"
    // The numbers begin at a multiple of 64.
    header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
    let length = header.utf8.count
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length % 256), UInt8(length / 256)]
      + Array(header.utf8)
      + numbers
  }
}

/// What stands before the numbers: `{'descr': '<u2', 'fortran_order': False, 'shape': (3, 96, 96), }`.
struct NPYHeader {
  let type: SampleType
  let isBigEndian: Bool
  /// The first axis changes fastest.
  let isFortran: Bool
  let shape: [Int]

  /// - Throws: `DataError` of `path` for texts that NumPy does not write, and types of numbers that no image has.
  init(_ text: String, of path: String) throws {
    let pattern =
      /\{'descr': (?<type>'[^']*'|\[.*\]), 'fortran_order': (?<order>True|False), 'shape': \((?<shape>[0-9, ]*)\),? ?\}\s*/
    guard let match = text.wholeMatch(of: pattern) else { throw Self.damage(path) }
    (type, isBigEndian) = try Self.type(match.type.filter { $0 != "'" }, of: path)
    isFortran = match.order == "True"
    shape = match.shape.split(whereSeparator: { ", ".contains($0) }).compactMap(Int.init(clamped:))
  }

  static func damage(_ path: String) -> DataError {
    DataError(path, "is not an NPY array, or is damaged: its header is none that NumPy writes")
  }

  private static func type(_ text: String, of path: String) throws -> (SampleType, Bool) {
    guard !text.contains("O") else {
      throw DataError(
        path, "holds Python objects, which could run any program when they are read: save an array of numbers"
      )
    }
    guard let match = text.wholeMatch(of: /([<>|=])([biuf])([0-9]+)/), let bytes = Int(match.3),
      [1, 2, 4, 8].contains(bytes), match.2 != "b" || bytes == 1, match.2 != "f" || bytes > 1
    else {
      throw DataError(
        path, "holds numbers of type \(text): save whole numbers, or floats of 16, 32 or 64 bits")
    }
    let kind: SampleType.Kind = match.2 == "f" ? .float : match.2 == "i" ? .signed : .unsigned
    return (SampleType(kind: kind, bits: 8 * bytes), match.1 == ">")
  }
}
