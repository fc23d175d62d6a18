/// The JSON of Zarr 2 and 3 and of OME-Zarr 0.4 and 0.5, as far as images need it.
enum ZarrJSON {
  /// A fill value, as far as it can be read.
  enum Fill: Decodable {
    case whole(Int64), natural(UInt64), number(Double), none

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let flag = try? value.decode(Bool.self) {
        self = .natural(flag ? 1 : 0)
      } else if let number = try? value.decode(UInt64.self) {
        self = .natural(number)
      } else if let number = try? value.decode(Int64.self) {
        self = .whole(number)
      } else if let number = try? value.decode(Double.self) {
        self = .number(number)
      } else {
        let numbers = ["NaN": Double.nan, "Infinity": .infinity, "-Infinity": -.infinity]
        self = (try? value.decode(String.self)).flatMap { numbers[$0] }.map(Fill.number) ?? .none
      }
    }

    /// Its bits as a number of `type`; nil where it is none.
    func bits(of type: SampleType) -> UInt64? {
      switch (self, type.kind) {
      case (.none, _): return nil
      case (_, .float):
        let number: Double =
          switch self {
          case .whole(let value): Double(value)
          case .natural(let value): Double(value)
          case .number(let value): value
          case .none: 0
          }
        return type.bits == 16
          ? UInt64(Float16(number).bitPattern)
          : type.bits == 32 ? UInt64(Float(number).bitPattern) : number.bitPattern
      case (.natural(let value), .unsigned):
        return type.bits == 64 || value >> UInt64(type.bits) == 0 ? value : nil
      case (.natural(let value), .signed):
        return value >> UInt64(type.bits - 1) == 0 ? value : nil
      case (.whole(let value), .signed):
        return type.bits == 64 || value >= -(1 << (type.bits - 1)) ? UInt64(bitPattern: value) : nil
      case (.number(let value), _):
        guard let whole = Int64(exactly: value) else { return nil }
        return (whole < 0 ? Fill.whole(whole) : .natural(UInt64(whole))).bits(of: type)
      case (.whole, .unsigned): return nil
      }
    }
  }

  /// `.zarray`
  struct Array2: Decodable {
    struct Compressor: Decodable { let id: String }
    struct Filter: Decodable { let id: String? }
    let shape: [Int], chunks: [Int]
    let dtype: String
    let compressor: Compressor?
    let filters: [Filter]?
    let order: String?
    let fill_value: Fill?
    let dimension_separator: String?
  }

  /// `zarr.json`, of a group or of an array.
  struct Array3: Decodable {
    struct Grid: Decodable {
      struct Configuration: Decodable { let chunk_shape: [Int]? }
      let name: String
      let configuration: Configuration?
    }
    struct Keys: Decodable {
      struct Configuration: Decodable { let separator: String? }
      let name: String
      let configuration: Configuration?
    }
    let zarr_format: Int
    let node_type: String
    let shape: [Int]?
    let dimension_names: [String?]?
    let storage_transformers: [Named]?
    let data_type: String?
    let chunk_grid: Grid?
    let chunk_key_encoding: Keys?
    let fill_value: Fill?
    let codecs: [Codec]?
  }

  /// The attributes alone, which others may have filled with anything.
  struct Group3: Decodable { let attributes: Attributes? }

  /// A name alone.
  struct Named: Decodable { let name: String? }

  /// A step of Zarr 3 from numbers to the bytes of a file.
  struct Codec: Decodable {
    struct Configuration: Decodable {
      let endian: String?
      let order: Order?
      let chunk_shape: [Int]?
      let codecs: [Codec]?
      let index_codecs: [Codec]?
      let index_location: String?
    }
    /// Axes, or a word for their order.
    struct Order: Decodable {
      let axes: [Int]?
      init(from decoder: any Decoder) throws { axes = try? decoder.singleValueContainer().decode([Int].self) }
    }
    let name: String
    let configuration: Configuration?
  }

  /// `.zattrs`, or the attributes of `zarr.json`, where OME-Zarr 0.5 has them under `ome`.  What is not as OME-Zarr has it counts
  /// as not there.
  final class Attributes: Decodable {
    let ome: Attributes?
    /// The first of the image's.
    let multiscale: Multiscale?
    let omero: Omero?
    let isPlate: Bool, hasSeries: Bool
    /// The names of label images.
    let labels: [String]?
    /// Who wrote the image.
    let creator: Creator?

    private enum Keys: String, CodingKey {
      case ome, multiscales, omero, plate, labels
      case creator = "_creator"
      case layout = "bioformats2raw.layout"
    }

    init(from decoder: any Decoder) throws {
      let keys = try decoder.container(keyedBy: Keys.self)
      ome = try? keys.decode(Attributes.self, forKey: .ome)
      var scales = try? keys.nestedUnkeyedContainer(forKey: .multiscales)
      multiscale = try? scales?.decode(Multiscale.self)
      omero = try? keys.decode(Omero.self, forKey: .omero)
      (isPlate, hasSeries) = (keys.contains(.plate), keys.contains(.layout))
      labels = try? keys.decode([String].self, forKey: .labels)
      creator = try? keys.decode(Creator.self, forKey: .creator)
    }
  }

  struct Multiscale: Decodable {
    struct Dataset: Decodable {
      struct Transformation: Decodable {
        let type: String
        let scale: [Double]?
      }
      let path: String
      let coordinateTransformations: [Transformation]?
    }
    let axes: [Axis]?
    let datasets: [Dataset]
    /// Of all levels, behind those of each.
    let coordinateTransformations: [Dataset.Transformation]?
  }

  /// An axis: a name alone in versions before 0.4.
  struct Axis: Decodable {
    let name: String
    let unit: String?

    private enum Keys: CodingKey { case name, unit }

    init(from decoder: any Decoder) throws {
      if let name = try? decoder.singleValueContainer().decode(String.self) {
        (self.name, unit) = (name, nil)
      } else {
        let keys = try decoder.container(keyedBy: Keys.self)
        name = try keys.decode(String.self, forKey: .name)
        unit = try keys.decodeIfPresent(String.self, forKey: .unit)
      }
    }
  }

  struct Omero: Decodable {
    struct Channel: Decodable { let color: String? }
    let channels: [Channel]?
  }
}
