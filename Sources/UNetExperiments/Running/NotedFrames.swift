import UNetData
import UNetFiles
import UNetImages
import UNetNumerics

/// A frame as checkpoints note it: a digest of its image and of its labels, and where it is.
struct NotedFrame: Equatable, Sendable {
  /// The image as it is prepared, since that is what decides the weights: the same picture in a file of another kind is the same.
  let image: String
  /// What is learnt from the labels; of a frame that is held out, what they are.
  let labels: String
  /// The page in the file.
  let page: Int
  let file: String

  var content: String { "\(image) \(labels)" }
  var place: String { "\(page) \(file)" }
  /// A line, the file last since its name may have blanks.
  var line: String { "\(content) \(place)" }

  /// A frame that is learnt from, with what is made of it; the name of its file is relative to `root`.
  init(_ frame: Frame, _ prepared: PreparedFrame, root: DataRoot) {
    (image, labels) = (digest(prepared.image), digest(prepared.classes, prepared.weights))
    (page, file) = (frame.pageInFile, root.relative(frame.file))
  }

  /// A frame that is held out.
  init(heldOut frame: Frame, scale: Double, _ normalisation: Normalisation, root: DataRoot) {
    image = digest(frame.image.prepared(scale: scale, normalisation).elements)
    labels = digest(frame.annotation.classes, frame.annotation.instances ?? [])
    (page, file) = (frame.pageInFile, root.relative(frame.file))
  }

  /// That of a line; nil where it is something else.
  init?(line: Substring) {
    let parts = line.split(separator: " ", maxSplits: 3).map(String.init)
    guard parts.count == 4, let page = Int(parts[2]) else { return nil }
    (image, labels, self.page, file) = (parts[0], parts[1], page, parts[3])
  }
}

/// The frames that a training learns from, or those that it holds out, as its checkpoint notes them.
struct NotedFrames: Equatable, Sendable {
  let entries: [NotedFrame]
  /// The places and the images of all, to be looked for.
  private let places: Set<String>, images: Set<String>

  init(_ entries: [NotedFrame]) {
    (self.entries, places, images) = (entries, Set(entries.map(\.place)), Set(entries.map(\.image)))
  }

  /// Those that `text` notes; nil where it is something else.
  init?(text: String) {
    let lines = text.split(separator: "\n")
    self.init(lines.compactMap(NotedFrame.init(line:)))
    guard entries.count == lines.count else { return nil }
  }

  /// A line for each frame.
  var text: String { entries.map { $0.line + "\n" }.joined() }

  /// What is different from `earlier`, a few words for each file: `a.tif has changed`; none where the same is learnt from the
  /// same frames in the same order, whatever their files are called.
  ///
  /// What has neither changed nor moved is found first, then what has moved, then what has changed where it was.
  func changes(since earlier: NotedFrames) -> [String] {
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
    _ new: inout [NotedFrame], _ gone: inout [NotedFrame], by key: (NotedFrame) -> String
  ) -> [(now: NotedFrame, before: NotedFrame)] {
    var before = Dictionary(grouping: gone, by: key)
    var pairs: [(NotedFrame, NotedFrame)] = []
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
  private func name(_ entry: NotedFrame, in other: NotedFrames) -> String {
    other.entries.contains { $0.file == entry.file } ? "page \(entry.page) of \(entry.file)" : entry.file
  }

  /// Digests of the images alone, as models note them.
  var imageDigests: [String] { entries.map(\.image) }

  /// Whether this frame, held out elsewhere, is among them, by its place or what is in it.
  func hold(_ frame: NotedFrame) -> Bool { places.contains(frame.place) || images.contains(frame.image) }
}

/// The first half of the SHA-256 of these numbers.
private func digest<each Number>(_ arrays: repeat [each Number]) -> String {
  let digest = SHA256()
  for array in repeat each arrays { array.withUnsafeBytes { digest.update($0) } }
  return String(digest.finish().prefix(32))
}
