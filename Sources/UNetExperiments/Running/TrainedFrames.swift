import UNetData
import UNetFiles
import UNetNumerics

/// What a training learns from, as its checkpoint notes it: a digest of each image and of its labels, as they are prepared.
///
/// Prepared, since that is what decides the weights: the same pictures in files of another kind are the same data.
struct TrainedFrames: Equatable, Sendable {
  private struct Entry: Equatable, Sendable {
    let image: String, labels: String
    let page: Int
    let file: String

    var place: String { "\(page) \(file)" }
    /// A line, the file last since its name may have blanks.
    var line: String { "\(image) \(labels) \(page) \(file)" }
  }
  private let entries: [Entry]

  /// The frames of a training, each with what is made of it; names of files are relative to `root`.
  init(_ frames: [Frame], _ prepared: [PreparedFrame], root: DataRoot) {
    entries = concurrentMap(Array(zip(frames, prepared))) { frame, prepared in
      Entry(
        image: digest([prepared.image]), labels: digest([prepared.classes, prepared.weights]),
        page: frame.page, file: root.relative(frame.file))
    }
  }

  /// Those that `text` notes; nil where it is something else.
  init?(text: String) {
    var entries: [Entry] = []
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 3).map(String.init)
      guard parts.count == 4, let page = Int(parts[2]) else { return nil }
      entries.append(Entry(image: parts[0], labels: parts[1], page: page, file: parts[3]))
    }
    self.entries = entries
  }

  /// A line for each frame.
  var text: String { entries.map { $0.line + "\n" }.joined() }

  /// What is different from `earlier`, a few words for each file: `a.tif has changed`; none where the same is learnt from the
  /// same frames in the same order, whatever their files are called.
  func changes(since earlier: TrainedFrames) -> [String] {
    let same = zip(entries, earlier.entries).allSatisfy { ($0.image, $0.labels) == ($1.image, $1.labels) }
    guard !same || entries.count != earlier.entries.count else { return [] }
    let before = Dictionary(earlier.entries.map { ($0.place, $0) }) { $1 }
    let now = Set(entries.map(\.place))
    var words: [String] = []
    func say(_ text: String) { if !words.contains(text) { words.append(text) } }
    for entry in entries {
      switch before[entry.place] {
      case nil: say("\(name(entry, in: earlier)) is new")
      case let old? where old.image != entry.image: say("\(entry.file) has changed")
      case let old? where old.labels != entry.labels: say("the labels of \(entry.file) have changed")
      default: break
      }
    }
    for entry in earlier.entries where !now.contains(entry.place) {
      say("\(earlier.name(entry, in: self)) is gone")
    }
    return words.isEmpty ? ["the order of the images has changed"] : words
  }

  /// The file, or the page where `other` has other pages of the file.
  private func name(_ entry: Entry, in other: TrainedFrames) -> String {
    other.entries.contains { $0.file == entry.file } ? "page \(entry.page) of \(entry.file)" : entry.file
  }

  /// Whether `frame` was learnt from.
  func hold(_ frame: Frame, root: DataRoot) -> Bool {
    let file = root.relative(frame.file)
    return entries.contains { $0.page == frame.page && $0.file == file }
  }
}

/// The first half of the SHA-256 of these numbers.
private func digest(_ arrays: [[Float]]) -> String {
  let digest = SHA256()
  for array in arrays { array.withUnsafeBytes { digest.update($0) } }
  return String(digest.finish().prefix(32))
}
