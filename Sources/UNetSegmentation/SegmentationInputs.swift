import UNetData
import UNetFiles
import UNetImages

/// Files of images to be segmented, checked before any work is done.
package struct SegmentationInputs: Equatable, Sendable {
  /// An image, and how its results are called.
  package struct File: Equatable, Sendable {
    /// Where the image lies; the first of its files, where each holds a channel.
    package var path: String { files[0] }
    /// Its files, one unless each holds a channel.
    let files: [String]
    /// The path of its results below their folder, without ending: `plate1/well7` of `plates/plate1/well7.tif`.
    package let name: String

    init(path: String, name: String) { self.init(files: [path], name: name) }

    init(files: [String], name: String) { (self.files, self.name) = (files, name) }

    /// Every file that one of `outputs` may be.
    func results(_ outputs: [SegmentationOutput], in folder: String, _ format: ResultFormat) -> [String] {
      outputs.flatMap { $0.files(of: name, in: folder, format) }
    }

    /// Those of them that may not be there before.
    func freeResults(_ outputs: [SegmentationOutput], in folder: String, _ format: ResultFormat) -> [String] {
      // Of a work that was ended while its results got their places, some have them.
      ChunkedWork.isPlacing(name, in: folder) ? [] : results(outputs, in: folder, format)
    }

    /// Whether one of `outputs` is not in `folder`, as this program writes it, or they are being made.
    func lacks(_ outputs: [SegmentationOutput], in folder: String, _ format: ResultFormat) -> Bool {
      format != .pictures && ChunkedWork.isBegun(name, in: folder)
        || !outputs.allSatisfy {
          $0.files(of: name, in: folder, format).contains(where: SegmentationOutput.isOwn)
        }
    }

    /// Its pages; large ones in the folder of the results, in a file without a name.
    func pages(spare folder: String, _ view: SlideView) throws -> PageFile {
      try PageFile(channels: files, spare: SparePlace(for: Path.join(folder, Path.name(name))), view: view)
    }
  }

  /// The files, in the order given; those of a folder or a glob in natural order.
  package let files: [File]
  /// What a person should know of what was found, a line each.
  package let notes: [String]

  /// The files that `patterns` name: each a file, a quoted glob such as `'frames/*.tif'`, or a folder, with the folders in
  /// it, which a glob may match, too; hidden files and folders are left out, and so are `output` and the results that are
  /// there already.
  ///
  /// Results keep below `output` the folders in which images lie below the folder that is given, or below the part of a
  /// glob that is a plain path.  For a model of several `channels` the files of an image that have one each are one image.
  /// Where that calls two results alike, all keep those below the folder that they share.  No
  /// two images of a folder may have one stem, and no result may take an image's place.
  /// - Throws: `DataError` that names the files; `OutputError`.
  package init(_ patterns: [String], output: String, channels: Int = 1) throws {
    var notes: [String] = []
    var found = try patterns.flatMap { try Self.found($0, output, &notes) }
    if channels > 1 { found = try Self.joined(found, channels) }
    files = try Self.distinct(found)
    self.notes = notes
    try Outputs(of: files.flatMap(\.files), overwrite: true)
      .check(
        results(SegmentationOutput.allCases, in: output, .pictures)
          + results(SegmentationOutput.allCases, in: output, .omeZarr))
  }

  private init(files: [File], notes: [String]) { (self.files, self.notes) = (files, notes) }

  /// Those images of which not all `outputs` are in `folder`, as this program writes them.
  func lacking(_ outputs: [SegmentationOutput], in folder: String, _ format: ResultFormat)
    -> SegmentationInputs
  {
    SegmentationInputs(files: files.filter { $0.lacks(outputs, in: folder, format) }, notes: notes)
  }

  private static func found(_ pattern: String, _ output: String, _ notes: inout [String]) throws -> [File] {
    let isImage = ImageFile.isFolder(pattern)
    if Files.isFolder(pattern), !isImage {
      return try tree([pattern], root: pattern, output, of: pattern, &notes)
    }
    if isImage { return [File(path: pattern, name: nameOfFolder(pattern))] }
    if Files.exists(pattern) { return [File(path: pattern, name: Path.stem(pattern))] }
    let plain = Files.plainFolder(of: pattern)
    let root = plain.isEmpty ? "." : String(plain)
    let matching = try Files.matching(pattern)
    let folders = matching.filter { Files.isFolder($0) && !ImageFile.isFolder($0) }.sorted(by: precedes)
    let trees = try folders.isEmpty ? [] : tree(folders, root: root, output, of: pattern, &notes)
    // Folders alone are what a glob may mean.
    guard trees.isEmpty || matching.count > folders.count else { return trees }
    let found = try ImageSequence.found(pattern)
    notes += [found.leftOut.note(of: pattern)].compactMap(\.self)
    return found.files.map { File(path: $0, name: Path.below(root, $0)) } + trees
  }

  /// How results of an image in a folder are called: of its level `cells.zarr/1` `cells-1`, of its labels `cells-labels-nuclei`.
  private static func nameOfFolder(_ path: String) -> String {
    let parts = Path.real(path).split(separator: "/").map(String.init)
    guard let image = parts.lastIndex(where: { Path.ending($0) == "zarr" }) else {
      return Path.stem(Path.real(path))
    }
    return ([Path.stem(parts[image])] + parts[(image + 1)...]).joined(separator: "-")
  }

  private static func tree(
    _ folders: [String], root: String, _ output: String, of pattern: String, _ notes: inout [String]
  ) throws -> [File] {
    let tree = try ImageTree(folders, root: root, output: output)
    notes += [tree.leftOut.note(of: pattern)].compactMap(\.self)
    return tree.files
  }

  /// The files, those joined that have one of an image's channels each.
  private static func joined(_ files: [File], _ channels: Int) throws -> [File] {
    func stem(_ path: String) -> String { Path.join(Path.folder(of: path), Path.stem(path)) }
    let parts = ChannelFiles(files.map { (stem($0.path), $0.path) })
    guard let first = parts.first, try PageFile(first).page(0).channels == 1 else { return files }
    let numbers = (0..<channels).map { "\(10_000 + $0)".dropFirst() }
    let wanted = parts.channels.count == channels ? parts.channels : numbers
    var seen: Set<String> = []
    return files.compactMap { file in
      guard let (name, all) = parts.picture(of: stem(file.path), channels: wanted) else { return file }
      return seen.insert(name).inserted ? File(files: all, name: String(file.name.dropLast(5))) : nil
    }
  }

  /// The files, by names of which no two are the same.
  private static func distinct(_ files: [File]) throws -> [File] {
    guard try clash(among: files) else { return files }
    let places = files.map { Path.join(Path.real(Path.folder(of: $0.path)), Path.name($0.path)) }
    let shared = places.map { $0.split(separator: "/").dropLast() }.reduce { shared, folders in
      zip(shared, folders).prefix { $0 == $1 }.map(\.0)[...]
    }
    let depth = shared?.count ?? 0
    let distinct = zip(files, places).map { file, place in
      let folders = place.split(separator: "/").dropFirst(depth).dropLast()
      return File(files: file.files, name: (folders + [Path.name(file.name)[...]]).joined(separator: "/"))
    }
    _ = try clash(among: distinct)
    return distinct
  }

  /// Whether results of images in different folders would be called alike.
  /// - Throws: `DataError` where one image is given twice, or two of one folder would.
  private static func clash(among files: [File]) throws -> Bool {
    var (named, clash): ([String: String], Bool) = ([:], false)
    for file in files {
      guard let other = named.updateValue(file.path, forKey: file.name) else { continue }
      guard Path.real(other) != Path.real(file.path) else {
        throw DataError(other, "is given twice: name each image once")
      }
      guard Path.real(Path.folder(of: other)) != Path.real(Path.folder(of: file.path)) else {
        throw DataError(
          other,
          "and \(file.path) would write results of the same name: rename one, or segment them into two folders"
        )
      }
      clash = true
    }
    return clash
  }

  /// Every file that one of `outputs` may be.
  func results(_ outputs: [SegmentationOutput], in folder: String, _ format: ResultFormat) -> [String] {
    files.flatMap { $0.results(outputs, in: folder, format) }
  }

  /// Checks that each image's name has a number of its own in its folder, by which its mask is called.
  /// - Throws: `DataError` that names the files.
  func checkMasks() throws {
    var named: [String: String] = [:]
    for file in files {
      guard let number = SegmentationOutput.maskNumber(of: Path.name(file.name)) else {
        throw DataError(
          file.path, "has no number in its name, which its mask needs: rename it, like t007.tif")
      }
      let mask = SegmentationOutput.masks.file(of: file.name, in: ".", pages: 1)
      guard let other = named.updateValue(file.path, forKey: mask) else { continue }
      throw DataError(
        other, "and \(file.path) would both write mask \(number): segment them into two folders")
    }
  }
}

extension Path {
  /// The path of `file` below `folder`, with which it begins, without ending; the stem alone where it leaves the folder.
  static func below(_ folder: String, _ file: String) -> String {
    let start = folder == "." && !file.hasPrefix("./") ? "" : join(folder, "")
    let folders = file.dropFirst(start.count).split(separator: "/").dropLast().filter { $0 != "." }
    guard file.hasPrefix(start), !folders.contains("..") else { return stem(file) }
    return (folders + [stem(file)[...]]).joined(separator: "/")
  }
}

extension Sequence {
  /// The elements combined from the first on; nil without any.
  fileprivate func reduce(_ combine: (Element, Element) -> Element) -> Element? {
    var result: Element?
    for element in self { result = result.map { combine($0, element) } ?? element }
    return result
  }
}
