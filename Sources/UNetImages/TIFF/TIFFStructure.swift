/// The directories of a TIFF: where each stands, and what says which of them are pages.
///
/// libtiff takes a link that is cut off for the end of the file, so that a truncated stack would lose pages unnoticed;
/// and it does not tell how many places of strips a file has really listed.
struct TIFFStructure {
  /// A field of a directory.
  struct Field {
    /// One of libtiff's `TIFFTAG_`.
    let tag: Int32
    /// How many values, of how many bytes each.
    let count: Int, size: Int
    /// Where the values stand in the file.
    let place: Int
  }

  /// The fields of a directory.
  struct Directory {
    /// Where it stands in the file.
    let place: Int
    private let fields: [Field]

    fileprivate init(place: Int, fields: [Field]) { (self.place, self.fields) = (place, fields) }

    /// The field of this tag, if the directory has it.
    subscript(tag: Int32) -> Field? { fields.first { $0.tag == tag } }
  }

  /// Bytes from a place on, as many of the wanted ones as there are.
  let read: (_ place: Int, _ count: Int) throws -> [UInt8]
  let isBigEndian, isBig: Bool
  private let first: Int

  /// The structure of a file of which `read` gives the bytes; nil where they are no TIFF's.
  init?(_ read: @escaping (_ place: Int, _ count: Int) throws -> [UInt8]) throws {
    let head = try read(0, 16)
    guard head.count >= 8, head[0] == head[1], head[0] == 0x49 || head[0] == 0x4D else { return nil }
    self.read = read
    isBigEndian = head[0] == 0x4D
    let version = TIFFStructure.number(head[2..<4], isBigEndian)
    guard version == 42 || version == 43 else { return nil }
    isBig = version == 43
    guard let first = isBig ? head.count == 16 ? head[8..<16] : nil : head[4..<8] else { return nil }
    self.first = TIFFStructure.number(first, isBigEndian)
  }

  /// All directories of the file in their order.  `broken`: what ends the chain too early, after them.
  func directories() throws -> (all: [Directory], broken: String?) {
    var all: [Directory] = []
    var seen: Set<Int> = []
    var place = first
    while place != 0 {
      guard seen.insert(place).inserted else { return (all, "its directories form a loop") }
      guard let (directory, next) = try linked(at: place) else { return (all, "it ends too early") }
      all.append(directory)
      place = next
    }
    return (all, nil)
  }

  /// The directory at `place`; nil where the file ends before its end.
  func directory(at place: Int) throws -> Directory? { try linked(at: place)?.directory }

  /// The directory at `place` and the place of the next, 0 after the last; nil where the file ends before.
  private func linked(at place: Int) throws -> (directory: Directory, next: Int)? {
    let (head, entry, link) = isBig ? (8, 20, 8) : (2, 12, 4)
    guard place > 0, place < Int.max - head else { return nil }
    let size = try read(place, head)
    let count = number(size[...])
    guard size.count == head, count < 1 << 16 else { return nil }
    let bytes = try read(place + head, count * entry + link)
    guard bytes.count == count * entry + link else { return nil }
    let fields = (0..<count).compactMap {
      field(bytes[$0 * entry..<($0 + 1) * entry], at: place + head + $0 * entry)
    }
    return (Directory(place: place, fields: fields), number(bytes.suffix(link)))
  }

  /// Bytes of a value of each type.
  private static let sizes = [
    1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8,
  ]

  private func field(_ bytes: ArraySlice<UInt8>, at place: Int) -> Field? {
    let start = bytes.startIndex
    let (counted, inline) = isBig ? (start + 4..<start + 12, 12) : (start + 4..<start + 8, 8)
    let type = number(bytes[start + 2..<start + 4])
    let count = number(bytes[counted])
    guard let size = Self.sizes[type], count < 1 << 40 else { return nil }
    let fits = count * size <= bytes.count - inline
    return Field(
      tag: Int32(number(bytes[start..<start + 2])), count: count, size: size,
      place: fits ? place + inline : number(bytes[(start + inline)...]))
  }

  /// The first value of a whole number field.
  func number(_ field: Field?) throws -> Int? {
    guard let field, field.count > 0 else { return nil }
    let bytes = try read(field.place, field.size)
    return bytes.count == field.size ? number(bytes[...]) : nil
  }

  /// All values of a whole number field; nil where the file ends before them, or they are too many for one of a page.
  func numbers(_ field: Field?) throws -> [Int]? {
    guard let field, field.count < 1 << 24 else { return nil }
    let bytes = try read(field.place, field.count * field.size)
    guard bytes.count == field.count * field.size else { return nil }
    return (0..<field.count).map { number(bytes[$0 * field.size..<($0 + 1) * field.size]) }
  }

  /// The text of a field, up to its first NUL.
  func text(_ field: Field?) throws -> String? {
    guard let field, field.size == 1, field.count < 1 << 28 else { return nil }
    let bytes = try read(field.place, field.count)
    return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  private func number(_ bytes: ArraySlice<UInt8>) -> Int { Self.number(bytes, isBigEndian) }

  /// A whole number without sign; the largest one for those of 64 bits that `Int` has no room for.
  private static func number(_ bytes: ArraySlice<UInt8>, _ isBigEndian: Bool) -> Int {
    let digits = isBigEndian ? Array(bytes) : bytes.reversed()
    return Int(clamping: digits.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }
}
