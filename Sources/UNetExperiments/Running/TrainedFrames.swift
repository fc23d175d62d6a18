import UNetData
import UNetFiles
import UNetImages
import UNetNumerics

/// What a training learns from, as its checkpoint notes it: a digest of each image and of its labels, as they are prepared.
///
/// Prepared, since that is what decides the weights: the same pictures in files of another kind are the same data.
struct TrainedFrames: Equatable, Sendable {
  private struct Entry: Equatable, Sendable {
    let image: String, labels: String
    /// The page in the file.
    let page: Int
    let file: String

    var content: String { "\(image) \(labels)" }
    var place: String { "\(page) \(file)" }
    /// A line, the file last since its name may have blanks.
    var line: String { "\(content) \(place)" }
  }
  private let entries: [Entry]
  /// The places and the images of all, to be looked for.
  private let places: Set<String>, images: Set<String>

  private init(_ entries: [Entry]) {
    (self.entries, places, images) = (entries, Set(entries.map(\.place)), Set(entries.map(\.image)))
  }

  /// The frames of a training, each with what is made of it; names of files are relative to `root`.
  init(_ frames: [Frame], _ prepared: [PreparedFrame], root: DataRoot) {
    self.init(
      concurrentMap(Array(zip(frames, prepared))) { frame, prepared in
        Entry(
          image: digest([prepared.image]), labels: digest([prepared.classes, prepared.weights]),
          page: frame.pageInFile, file: root.relative(frame.file))
      })
  }

  /// Those that `text` notes; nil where it is something else.
  init?(text: String) {
    var entries: [Entry] = []
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 3).map(String.init)
      guard parts.count == 4, let page = Int(parts[2]) else { return nil }
      entries.append(Entry(image: parts[0], labels: parts[1], page: page, file: parts[3]))
    }
    self.init(entries)
  }

  /// A line for each frame.
  var text: String { entries.map { $0.line + "\n" }.joined() }

  /// What is different from `earlier`, a few words for each file: `a.tif has changed`; none where the same is learnt from the
  /// same frames in the same order, whatever their files are called.
  ///
  /// What has neither changed nor moved is found first, then what has moved, then what has changed where it was.
  func changes(since earlier: TrainedFrames) -> [String] {
    guard entries.map(\.content) != earlier.entries.map(\.content) else { return [] }
    var (new, gone) = (entries, earlier.entries)
    _ = Self.takePairs(&new, &gone, by: \.line)
    _ = Self.takePairs(&new, &gone, by: \.content)
    let changed = Self.takePairs(&new, &gone, by: \.place).map { now, before in
      now.image == before.image ? "the labels of \(now.file) have changed" : "\(now.file) has changed"
    }
    let others =
      new.map { "\(name($0, in: earlier)) is new" } + gone.map { "\(earlier.name($0, in: self)) is gone" }
    let words = (changed + others).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return words.isEmpty ? ["the order of the images has changed"] : words
  }

  /// Removes from both the entries that have the same `key`, one of one and one of the other, and gives these pairs.
  private static func takePairs(
    _ new: inout [Entry], _ gone: inout [Entry], by key: (Entry) -> String
  ) -> [(now: Entry, before: Entry)] {
    var before = Dictionary(grouping: gone, by: key)
    var pairs: [(Entry, Entry)] = []
    new = new.filter { entry in
      guard let old = before[key(entry)]?.first else { return true }
      before[key(entry)]?.removeFirst()
      pairs.append((entry, old))
      return false
    }
    let left = Set(before.values.joined().map(\.line))
    gone = gone.filter { left.contains($0.line) }
    return pairs
  }

  /// The file, or the page where `other` has other pages of the file.
  private func name(_ entry: Entry, in other: TrainedFrames) -> String {
    other.entries.contains { $0.file == entry.file } ? "page \(entry.page) of \(entry.file)" : entry.file
  }

  /// Digests of the images alone, as models note them.
  var imageDigests: [String] { entries.map { String($0.image.prefix(16)) } }

  /// Whether this was learnt from, by its place or what is in it.
  func hold(_ frame: UnlearntFrame) -> Bool {
    places.contains("\(frame.page) \(frame.file)") || images.contains(frame.image)
  }
}

/// A frame that is held out, as `TrainedFrames` note what is learnt from.
struct UnlearntFrame {
  /// A digest of the image as it would be prepared.
  let image: String
  /// The page in the file.
  let page: Int
  let file: String

  init(_ frame: Frame, scale: Double, _ normalisation: Normalisation, root: DataRoot) {
    image = digest([frame.image.prepared(scale: scale, normalisation).elements])
    (page, file) = (frame.pageInFile, root.relative(frame.file))
  }
}

/// The first half of the SHA-256 of these numbers.
private func digest(_ arrays: [[Float]]) -> String {
  let digest = SHA256()
  for array in arrays { array.withUnsafeBytes { digest.update($0) } }
  return String(digest.finish().prefix(32))
}
