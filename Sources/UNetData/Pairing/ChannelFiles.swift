import UNetFiles
import UNetImages

/// Files that have one channel each of images, as nnU-Net names them: `NAME_0000.tif`, `NAME_0001.tif`.
package struct ChannelFiles {
  /// By `NAME`, the files by the numbers of their channels.
  private let files: [String: [Substring: String]]
  /// The channels that half of the images have, or more.
  package let channels: [Substring]

  /// Those of `files`, paths by names without ending, of which no two are the same.
  package init(_ files: some Sequence<(name: String, path: String)>) {
    var found: [String: [Substring: String]] = [:]
    for file in files {
      if let picture = withoutChannel(file.name) {
        found[String(picture), default: [:]][file.name.suffix(4)] = file.path
      }
    }
    self.files = found
    let counts = Dictionary(grouping: found.values.flatMap(\.keys)) { $0 }.mapValues(\.count)
    channels = counts.filter { 2 * $0.value >= found.count }.keys.sorted()
  }

  /// Whether files have channels of the image `name`.
  func make(_ name: String) -> Bool { files[name] != nil }

  /// One of all the files.
  package var first: String? { files.values.flatMap(\.values).min(by: precedes) }

  /// The image of which `name` is a channel, with the files of all: those of `channels`, which may be missing, and others
  /// there are.
  package func picture(of name: String, channels: [Substring]) -> (name: String, files: [String])? {
    guard let picture = withoutChannel(name).map(String.init), let own = files[picture],
      let one = own.values.min(by: precedes)
    else { return nil }
    let stem = Path.stem(one)
    let (start, end) = (one.dropLast(Path.name(one).count), Path.name(one).dropFirst(stem.count))
    let all = Set(channels).union(own.keys).sorted()
    return (picture, all.map { own[$0] ?? "\(start)\(stem.dropLast(4))\($0)\(end)" })
  }
}

/// An image with the files of its channels.
struct NamedPicture: Sendable {
  let name: FileName
  let files: [String]
}

/// The images, files joined that have a channel each, which labels tell that have the images' names: `NAME.tif` of
/// `NAME_0000.tif`.
/// - Throws: `DataError` where a file has the name of an image whose channels are files.
func channelsJoined(_ images: [FileName], labels: [FileName]) throws -> [NamedPicture] {
  let channels = ChannelFiles(images.map { ($0.place, $0.path) })
  let named = Dictionary(images.map { ($0.place, $0.path) }) { first, _ in first }
  let joined = labels.filter { channels.make($0.place) && named[$0.place] == nil }
  guard !joined.isEmpty, 2 * joined.count >= labels.count else {
    return images.map { NamedPicture(name: $0, files: [$0.path]) }
  }
  var seen: Set<String> = []
  return try images.compactMap { image in
    guard let (name, files) = channels.picture(of: image.place, channels: channels.channels) else {
      return NamedPicture(name: image, files: [image.path])
    }
    if let other = named[name] {
      throw DataError(
        other,
        "has the name of the image whose channels are \(Path.name(files[0])) and so on: remove one of both")
    }
    return seen.insert(name).inserted
      ? NamedPicture(name: FileName(files[0], stem: name), files: files) : nil
  }
}

/// `NAME` of `NAME_0001`; nil where no channel's number of four digits ends the name.
func withoutChannel<Name: StringProtocol>(_ stem: Name) -> Name.SubSequence? {
  let parts = stem.suffix(5)
  guard parts.count == 5, stem.count > 5, parts.first == "_",
    parts.dropFirst().allSatisfy({ CharacterKind($0) == .digit })
  else { return nil }
  return stem.dropLast(5)
}
