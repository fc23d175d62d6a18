import Foundation
import UNetFiles
import UNetNumerics

/// The header of a `safetensors` file, checked: every tensor of a known type, no overlap, no hole, all inside the file.
struct SafetensorsHeader {
  /// How a tensor's elements are stored; they are read as Float32.
  enum ElementType: String, CaseIterable {
    case half = "F16"
    case brain = "BF16"
    case single = "F32"
    case double = "F64"
  }

  /// The bytes of an element of each type that the format knows; only floats are read.
  private static let elementBytes = [
    "BOOL": 1, "U8": 1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1, "U16": 2, "I16": 2, "F16": 2, "BF16": 2,
    "U32": 4, "I32": 4,
    "F32": 4, "U64": 8, "I64": 8, "F64": 8,
  ]

  /// A tensor's shape and the place of its bytes, counted from `dataOffset`.
  struct Entry {
    /// nil where they are no floats, such as counters; `typeName` is what the file says.
    let type: ElementType?
    let typeName: String
    let shape: Shape
    let begin: Int
    let byteCount: Int
  }

  /// The format's own bound, in bytes; it keeps a foreign file from asking for much memory.
  static let longest = 100_000_000

  let metadata: [String: String]
  /// By ascending place in the file.
  let entries: [(name: String, entry: Entry)]
  /// Where the tensors' bytes begin.
  let dataOffset: Int

  /// Reads and checks the header of `file`.
  init(_ file: FileReader, path: String) throws {
    let start = try file.bytes(at: 0, count: 9)
    let length = start.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard start.count == 9, start[8] == UInt8(ascii: "{"), length >= 2, length <= Self.longest else {
      throw SafetensorsError(path, .foreign)
    }
    dataOffset = 8 + Int(length)
    guard dataOffset <= file.size else {
      throw SafetensorsError(path, .truncated(missing: dataOffset - file.size))
    }
    let text = try file.bytes(at: 8, count: Int(length))
    let json: HeaderJSON
    do { json = try JSONDecoder().decode(HeaderJSON.self, from: Data(text)) } catch {
      throw SafetensorsError(path, .header(Self.reason(error)))
    }
    metadata = json.metadata
    entries = try json.entries.map { ($0, try Self.entry($0, $1, path: path)) }
      .sorted {
        ($0.entry.begin, $0.entry.byteCount, $0.name) < ($1.entry.begin, $1.entry.byteCount, $1.name)
      }
    try checkPlaces(dataSize: file.size - dataOffset, path: path)
  }

  /// One tensor's entry, its extents multiplied without overflow and compared with its place.
  private static func entry(_ name: String, _ json: HeaderJSON.Entry, path: String) throws -> Entry {
    guard var bytes = elementBytes[json.dtype] else {
      throw SafetensorsError(path, .type(tensor: name, json.dtype))
    }
    for extent in json.shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else {
        throw SafetensorsError(path, .place(tensor: name, "has the impossible shape \(json.shape)"))
      }
      bytes = product
    }
    let places = json.data_offsets
    guard places.count == 2, places[0] >= 0, places[0] <= places[1], places[1] - places[0] == bytes else {
      throw SafetensorsError(
        path,
        .place(tensor: name, "needs \(bytes) bytes for its shape \(json.shape), but has the place \(places)"))
    }
    return Entry(
      type: ElementType(rawValue: json.dtype), typeName: json.dtype, shape: Shape(json.shape),
      begin: places[0], byteCount: bytes)
  }

  /// Every tensor must begin where the one before it ends, and the last must end with the file.
  private func checkPlaces(dataSize: Int, path: String) throws {
    var end = 0
    for (name, entry) in entries {
      guard entry.begin == end else {
        let what = entry.begin < end ? "overlaps the tensor before it" : "leaves a hole before it"
        throw SafetensorsError(path, .place(tensor: name, what))
      }
      end += entry.byteCount
    }
    guard end <= dataSize else { throw SafetensorsError(path, .truncated(missing: end - dataSize)) }
    guard end == dataSize else { throw SafetensorsError(path, .surplus(dataSize - end)) }
  }

  private static func reason(_ error: Error) -> String {
    switch error {
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
      DecodingError.keyNotFound(_, let context):
      "at '\(context.codingPath.map(\.stringValue).joined(separator: "."))'"
    default: "no JSON"
    }
  }
}

/// The header as the format writes it.
private struct HeaderJSON: Decodable {
  struct Entry: Decodable {
    let dtype: String
    let shape: [Int]
    let data_offsets: [Int]
  }

  struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  var metadata: [String: String] = [:]
  var entries: [(String, Entry)] = []

  init(from decoder: Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    for key in container.allKeys {
      if key.stringValue == "__metadata__" {
        metadata = try container.decode([String: String].self, forKey: key)
      } else {
        entries.append((key.stringValue, try container.decode(Entry.self, forKey: key)))
      }
    }
  }
}
