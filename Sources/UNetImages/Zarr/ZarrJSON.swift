/// The JSON of Zarr 2 and 3 and of OME-Zarr 0.4 and 0.5, as far as images need it.
enum ZarrJSON {
  /// A fill value: a number, a truth, or one that JSON has no number for.
  struct Fill: Decodable {
    let number: Double?

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let number = try? value.decode(Double.self) {
        self.number = number
      } else if let flag = try? value.decode(Bool.self) {
        number = flag ? 1 : 0
      } else {
        number = (try? value.decode(String.self)).flatMap { ["NaN": .nan, "Infinity": .infinity][$0] }
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
    let node_type: String
    let shape: [Int]?
    let data_type: String?
    let chunk_grid: Grid?
    let chunk_key_encoding: Keys?
    let fill_value: Fill?
    let codecs: [Codec]?
    let attributes: Attributes?
  }

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

  /// `.zattrs`, or the attributes of `zarr.json`, where OME-Zarr 0.5 has them under `ome`.
  final class Attributes: Decodable {
    let ome: Attributes?
    let multiscales: [Multiscale]?
    let omero: Omero?
    let plate: Plate?
    let layout: Int?
    enum CodingKeys: String, CodingKey {
      case ome, multiscales, omero, plate
      case layout = "bioformats2raw.layout"
    }
  }

  struct Plate: Decodable {}

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
