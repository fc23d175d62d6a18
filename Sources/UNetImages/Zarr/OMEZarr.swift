import UNetFiles
import UNetNumerics

/// An image of OME-Zarr 0.4 (Zarr 2) or 0.5 (Zarr 3), or a single array of Zarr: a folder. Its pages are its slices, frame after frame.
final class OMEZarr: PageSource {
  let path: String
  let array: ZarrArray
  /// The axes of the array by their OME names: t, c, z, y, x.
  let axes: [String]
  let attributes: ZarrJSON.Attributes?
  let level: ZarrJSON.Multiscale.Dataset?
  private let units: [String: String]
  private let spare: SparePlace?
  /// What of its pages is read, and where that lies in the largest level, where it is less than all of that.
  var part = ImageRegion(rows: 0..<0, columns: 0..<0)
  var place: StoredPage.Place?

  /// Whether a folder is read as an image, by its name or by what is in it.
  static func isImage(_ path: String) -> Bool {
    guard Files.isFolder(path) else { return false }
    return Path.ending(path) == "zarr"
      || [".zgroup", ".zarray", "zarr.json"].contains { Files.exists(Path.join(path, $0)) }
  }

  /// - Throws: `DataError` that names the folder; `FileError`.
  init(_ path: String, _ spare: SparePlace? = nil, _ view: SlideView = SlideView()) throws {
    (self.path, self.spare) = (path, spare)
    let number = view.level
    let (found, scales): (ZarrJSON.Attributes?, ZarrJSON.Multiscale?)
    if ZarrArray.isArray(path) {
      guard number ?? 0 == 0 else {
        throw DataError(path, "is a single array, without levels: leave them out", choices: ["level"])
      }
      array = try ZarrArray(path)
      (found, level) = Self.image(of: Path.real(path)) ?? (nil, nil)
      scales = found?.multiscale
    } else {
      found = try Self.attributes(of: path)
      scales = found?.multiscale
      guard let all = scales?.datasets, !all.isEmpty else { throw Self.none(path, found) }
      guard number ?? 0 < all.count else {
        throw DataError(
          path, "has \(counted(all.count, "level")), from 0 on, and no \(number ?? 0): choose another",
          choices: ["level"])
      }
      let first = all[number ?? 0]
      guard !first.path.hasPrefix("/"), !first.path.split(separator: "/").contains("..") else {
        throw DataError(path, "names an array outside itself, \(first.path.prefix(100)): copy the image anew")
      }
      level = first
      array = try ZarrArray(Path.join(path, first.path))
    }
    attributes = found
    let axes =
      scales?.axes?.map { $0.name.lowercased() } ?? array.metadata.names ?? Self.usual(array.metadata.shape)
    units = Dictionary(
      (scales?.axes ?? []).compactMap { axis in axis.unit.map { (axis.name.lowercased(), $0) } }
    ) { $1 }
    self.axes = axes
    guard axes.count == array.metadata.shape.count, Set(axes).count == axes.count,
      Set(axes).isSuperset(of: ["y", "x"]),
      Set(axes).isSubset(of: ["t", "c", "z", "y", "x"])
    else {
      throw DataError(
        path,
        "has the axes \(axes.prefix(9).map { "'\($0.prefix(20))'" }.joined(separator: ", ")) for "
          + "\(counted(array.metadata.shape.count, "dimension")): give an image of t, c, z, y, x or some of them"
      )
    }
    guard channels <= 4096, count <= 1 << 20 else {
      throw DataError(
        path, "has \(channels) channels and \(count) pages: check its axes, or give a part of it")
    }
    part = ImageRegion(rows: 0..<length("y"), columns: 0..<length("x"))
    let first = scales?.datasets.first
    let largest = try number ?? 0 == 0 ? array : first.map { try ZarrArray(Path.join(path, $0.path)) }
    try choose(view, largest?.metadata.shape ?? array.metadata.shape, first)
  }

  /// A part in pixels of the level.
  private init(_ other: OMEZarr, _ region: ImageRegion) {
    (path, array, axes, attributes) = (other.path, other.array, other.axes, other.attributes)
    (level, units, spare) = (other.level, other.units, other.spare)
    func moved(_ range: Range<Int>, _ start: Int) -> Range<Int> {
      start + range.lowerBound..<start + range.upperBound
    }
    part = ImageRegion(
      rows: moved(region.rows, other.part.rows.lowerBound),
      columns: moved(region.columns, other.part.columns.lowerBound))
    let size = (height: other.height, width: other.width)
    place = PyramidLevel(height: size.height, width: size.width, largest: size, factor: 1).place(of: region)
  }

  func part(_ region: ImageRegion, _ path: String) throws -> any PageSource {
    try region.requireWithin(path, height: height, width: width)
    return OMEZarr(self, region)
  }

  /// The axes of an array that has no names for them: as NumPy's arrays are read, a last one of at most 4 is that of channels.
  private static func usual(_ shape: [Int]) -> [String] {
    if shape.count > 2, shape.count < 5, shape[shape.count - 1] <= 4 {
      return ["z", "y", "x", "c"].suffix(shape.count)
    }
    return ["t", "c", "z", "y", "x"].suffix(shape.count)
  }

  /// The image to which the array at `path` belongs, in one of the folders around it, and what that says of it.
  private static func image(of path: String) -> (ZarrJSON.Attributes?, ZarrJSON.Multiscale.Dataset?)? {
    var group = path
    for _ in 0..<4 {
      group = Path.folder(of: group)
      guard let found = try? attributes(of: group) else { continue }
      if let level = found.multiscale?.datasets.first(where: { Path.real(Path.join(group, $0.path)) == path })
      {
        return (found, level)
      }
    }
    return nil
  }

  private static func attributes(of group: String) throws -> ZarrJSON.Attributes? {
    let (old, new) = (Path.join(group, ".zattrs"), Path.join(group, "zarr.json"))
    if Files.exists(old) { return try ZarrArray.decode(ZarrJSON.Attributes.self, old) }
    guard Files.exists(new) else { return nil }
    let all = try ZarrArray.decode(ZarrJSON.Group3.self, new).attributes
    return all?.ome ?? all
  }

  /// Whether this program wrote the image, and nobody has added to it.
  var isOwn: Bool {
    let names = (try? Files.names(in: path)) ?? [""]
    guard names.allSatisfy({ Int($0) != nil || [".zgroup", ".zattrs", "zarr.json"].contains($0) }) else {
      return false
    }
    let outer = try? ZarrArray.decode(ZarrJSON.Group3.self, Path.join(path, "zarr.json")).attributes
    return (attributes?.creator ?? outer?.creator)?.name == ZarrJSON.Creator().name
  }

  /// Why a folder is no image.
  private static func none(_ path: String, _ attributes: ZarrJSON.Attributes?) -> DataError {
    if attributes?.isPlate == true {
      return DataError(path, "is a plate of wells: give a field of one, such as \(Path.join(path, "A/1/0"))")
    }
    if attributes?.hasSeries == true {
      return DataError(path, "holds several images: give one, such as \(Path.join(path, "0"))")
    }
    let inside = attributes?.labels ?? ((try? Files.names(in: path)) ?? []).sorted()
    let other =
      inside.map { Path.join(path, $0) }.first(where: isImage)
      ?? inside.first.flatMap { name in
        attributes?.labels == nil ? nil : Path.join(path, name)
      }
    return DataError(
      path,
      "is no OME-Zarr image: it has no multiscales; give \(other.map { "what is in it, such as \($0)" } ?? "an image, or an array")"
    )
  }

  private func length(_ axis: String) -> Int {
    axes.firstIndex(of: axis).map { array.metadata.shape[$0] } ?? 1
  }

  var height: Int { part.height }
  var width: Int { part.width }
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
      channel: axes.firstIndex(of: "c"), place: place, part: part)
    func read(_ disk: DiskRows?) throws -> StoredPage {
      let assembly = SampleAssembly(page: layout, blocks: blocks, disk: disk)
      var page = StoredPage(
        height: height, width: width, channels: channels,
        samples: try metadata.type.samples(
          assembly, isSwapped: metadata.isBigEndian != (UInt16(1).bigEndian == 1)),
        disk: disk, bits: metadata.type.bits, colours: isRGB ? .rgb : .grey, isExact: true)
      page.metadata = pageMetadata
      page.place = self.place
      return page
    }
    guard let spare else { return try read(nil) }
    return try spare.page(layout, blocks: array.chunks[blocks.row], read)
  }

  /// Three channels that are shown in red, green and blue, or of which nobody says how they are shown.
  private var isRGB: Bool {
    let colours =
      attributes?.omero?.channels?.map { $0.color?.uppercased() } ?? ["FF0000", "00FF00", "0000FF"]
    return colours == ["FF0000", "00FF00", "0000FF"] && channels == 3
      && array.metadata.type == SampleType(kind: .unsigned, bits: 8)
  }

  func scale(_ all: [ZarrJSON.Multiscale.Dataset.Transformation]?) -> [Double]? {
    all?.first { $0.type == "scale" }?.scale.flatMap { $0.count == axes.count ? $0 : nil }
  }

  private var pageMetadata: PageMetadata {
    var known = PageMetadata()
    let whole = scale(attributes?.multiscale?.coordinateTransformations)
    let own = scale(level?.coordinateTransformations)
    guard let first = own ?? whole else { return known }
    let scale = own != nil && whole != nil ? zip(first, whole ?? []).map { $0 * $1 } : first
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
