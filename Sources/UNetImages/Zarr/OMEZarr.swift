import UNetFiles

/// An image of OME-Zarr 0.4 (Zarr 2) or 0.5 (Zarr 3), or a single array of Zarr: a folder. Its pages are its slices, frame after frame.
final class OMEZarr: PageSource {
  private let array: ZarrArray
  /// The axes of the array by their OME names: t, c, z, y, x.
  private let axes: [String]
  private let attributes: ZarrJSON.Attributes?
  private let level: ZarrJSON.Multiscale.Dataset?
  private let units: [String: String]
  private let spare: SparePlace?

  /// Whether a folder is read as an image, by its name or by what is in it.
  static func isImage(_ path: String) -> Bool {
    guard Files.isFolder(path) else { return false }
    return Path.ending(path) == "zarr"
      || [".zgroup", ".zarray", "zarr.json"].contains { Files.exists(Path.join(path, $0)) }
  }

  /// - Throws: `DataError` that names the folder; `FileError`.
  init(_ path: String, _ spare: SparePlace? = nil) throws {
    self.spare = spare
    let group = ZarrArray.isArray(path) ? Path.folder(of: path) : path
    let attributes = try Self.attributes(of: group)
    let scales = attributes?.multiscales?.first
    if group == path {
      guard let scales, let first = scales.datasets.first else { throw Self.none(path, attributes) }
      level = first
      array = try ZarrArray(Path.join(path, first.path))
    } else {
      array = try ZarrArray(path)
      level = scales?.datasets.first { Path.join(group, $0.path) == path }
    }
    self.attributes = attributes
    let count = array.metadata.shape.count
    let named = level == nil ? nil : scales?.axes
    axes = named?.map { $0.name.lowercased() } ?? Array(["t", "c", "z", "y", "x"].suffix(count))
    units = Dictionary((named ?? []).compactMap { axis in axis.unit.map { (axis.name, $0) } }) { $1 }
    guard axes.count == count, Set(axes).count == count, Set(axes).isSuperset(of: ["y", "x"]),
      Set(axes).isSubset(of: ["t", "c", "z", "y", "x"])
    else {
      throw DataError(
        path,
        "has the axes \(axes.joined(separator: ", ")) for \(count) dimensions: OME-Zarr's are t, c, z, y, x")
    }
  }

  private static func attributes(of group: String) throws -> ZarrJSON.Attributes? {
    let (old, new) = (Path.join(group, ".zattrs"), Path.join(group, "zarr.json"))
    if Files.exists(old) { return try ZarrArray.decode(ZarrJSON.Attributes.self, old) }
    guard Files.exists(new) else { return nil }
    let all = try ZarrArray.decode(ZarrJSON.Array3.self, new).attributes
    return all?.ome ?? all
  }

  /// Why a folder is no image.
  private static func none(_ path: String, _ attributes: ZarrJSON.Attributes?) -> DataError {
    if attributes?.plate != nil {
      return DataError(path, "is a plate of wells: give a field of one, such as \(Path.join(path, "A/1/0"))")
    }
    if attributes?.layout != nil {
      return DataError(path, "holds several images: give one, such as \(Path.join(path, "0"))")
    }
    return DataError(path, "is no OME-Zarr image: it has no multiscales; give an image, or one of its arrays")
  }

  private func length(_ axis: String) -> Int {
    axes.firstIndex(of: axis).map { array.metadata.shape[$0] } ?? 1
  }

  private var height: Int { length("y") }
  private var width: Int { length("x") }
  private var channels: Int { length("c") }
  /// The axes that pages run along, the first slowest.
  private var pageAxes: [String] { axes.filter { $0 == "t" || $0 == "z" } }

  var count: Int { length("t") * length("z") }
  func pixels(of number: Int) -> Int? { height * width }
  var stack: StackShape? {
    StackShape(pageAxes.map { (name: Character($0.uppercased()), length: length($0)) }, count: count)
  }

  func page(_ number: Int) throws -> StoredPage {
    let metadata = array.metadata
    var (place, rest) = ([Int](repeating: 0, count: axes.count), number)
    for axis in pageAxes.reversed() {
      guard let at = axes.firstIndex(of: axis) else { continue }
      place[at] = rest % length(axis)
      rest /= length(axis)
    }
    guard height * width <= (1 << 40) / channels else {
      throw PageError(problem: "has no usable size: \(height)×\(width)×\(channels)")
    }
    let layout = SampleLayout(
      height: height, width: width, samples: channels, type: metadata.type, planes: channels,
      kept: Array(0..<channels))
    let blocks = ZarrBlocks(
      array: array, row: axes.firstIndex(of: "y") ?? 0, column: axes.firstIndex(of: "x") ?? 0,
      channel: axes.firstIndex(of: "c"), place: place)
    func read(_ disk: DiskRows?) throws -> StoredPage {
      let assembly = SampleAssembly(page: layout, blocks: blocks, disk: disk)
      var page = StoredPage(
        height: height, width: width, channels: channels,
        samples: try metadata.type.samples(
          assembly, isSwapped: metadata.isBigEndian != (UInt16(1).bigEndian == 1)),
        disk: disk, bits: metadata.type.bits, colours: isRGB ? .rgb : .grey, isExact: true)
      page.metadata = pageMetadata
      return page
    }
    guard let spare else { return try read(nil) }
    return try spare.page(layout, blocks: array.chunks[blocks.row], read)
  }

  /// Three channels that are shown in red, green and blue, or of which nobody says how they are shown.
  private var isRGB: Bool {
    let colours =
      attributes?.omero?.channels?.map { $0.color?.uppercased() } ?? ["FF0000", "00FF00", "0000FF"]
    return channels == 3 && metadataIsByte && colours == ["FF0000", "00FF00", "0000FF"]
  }
  private var metadataIsByte: Bool { array.metadata.type == SampleType(kind: .unsigned, bits: 8) }

  private var pageMetadata: PageMetadata {
    var known = PageMetadata()
    guard let scale = level?.coordinateTransformations?.first(where: { $0.type == "scale" })?.scale,
      scale.count == axes.count
    else { return known }
    func size(_ axis: String) -> Double? {
      axes.firstIndex(of: axis).map { scale[$0] }.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
    }
    guard let unit = units["x"], units["y"] == unit, let x = size("x"), let y = size("y") else {
      return known
    }
    (known.xResolution, known.yResolution, known.unit) = (1 / x, 1 / y, Self.names[unit] ?? unit)
    if units["z"] == unit { known.spacing = size("z") }
    if units["t"] == "second" { known.frameInterval = size("t") }
    return known
  }

  /// OME-Zarr's names of lengths as ImageJ has them.
  private static let names = [
    "micrometer": "micron", "nanometer": "nm", "millimeter": "mm", "centimeter": "cm",
  ]
}
