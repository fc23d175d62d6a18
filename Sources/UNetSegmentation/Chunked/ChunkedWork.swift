import Glibc
import UNetFiles
import UNetImages
import UNetWork

/// The folder in which the results of an image grow, beside their place; several processes may work on it, and any may go on with it.
///
/// What is done is what is there: a chunk that has its file.  A process that ends leaves what it was at to the others.
final class ChunkedWork {
  /// The folder.
  let path: String
  private let locks: WorkLocks
  private let isCancelled: () -> Bool

  private static let facts = "work.txt", ended = "complete"

  private init(_ path: String, isCancelled: @escaping () -> Bool) throws {
    (self.path, self.isCancelled) = (path, isCancelled)
    locks = try WorkLocks(Path.join(path, "locks"))
    // Whoever would clear the folder sees that it is in use.
    _ = locks.share(0)
  }

  /// The folder of the work for the results of `name` in `folder`.
  private static func path(for name: String, in folder: String) -> String {
    let (outer, name) = (Path.folder(of: Path.join(folder, name)), Path.name(name))
    // Names are at most 255 bytes long.
    let start = name.reduce(into: "") { start, next in if start.utf8.count < 60 { start.append(next) } }
    return Path.join(outer, ".\(start).\(Digest.sha256(name).prefix(8)).work")
  }

  /// Opens the work for the results of `name` in `folder`, which `make` makes where it is not begun yet.
  ///
  /// - `facts`: what decides the results, a line each; another work that is there is an error unless it may be `replaced`.
  /// - `makes`: whether this process may begin it.
  /// - `isDone`: whether the results are there, asked where the work is not: others may have ended it meanwhile.
  /// - Returns: nil where others have ended it.
  /// - Throws: `DataError`, `FileError`, `FolderInUse`.
  static func open(
    for name: String, in folder: String, facts: String, replaced: Bool, makes: Bool,
    isDone: () -> Bool, isCancelled: @escaping () -> Bool, make: (_ path: String) throws -> Void
  ) throws -> ChunkedWork? {
    let path = path(for: name, in: folder)
    try Files.makeFolder(Path.folder(of: path))
    return try Files.alone(in: Path.folder(of: path)) {
      // What a process has left that ended while it cleared up.
      Files.removeTree(aside(path))
      let file = Path.join(path, Self.facts)
      let known = Files.exists(file) ? try FileReader.bytes(of: file) : nil
      if let known, known == Array(facts.utf8) { return try ChunkedWork(path, isCancelled: isCancelled) }
      if Files.exists(path) {
        guard makes, known == nil || replaced else { throw other(path, known ?? [], facts) }
        guard !Files.isLink(path), known != nil || Files.exists(Path.join(path, "locks")) else {
          throw DataError(
            path, "stands where results are to grow, and was not made by this program: move it",
            choices: ["output"])
        }
        guard try WorkLocks(Path.join(path, "locks")).take(0) else { throw FolderInUse(path) }
        clear(path)
      }
      guard makes, !isDone() else { return nil }
      try Files.makeFolder(path)
      do {
        // It is known by its locks until it knows what it is of.
        let work = try ChunkedWork(path, isCancelled: isCancelled)
        try make(path)
        try AtomicFile.write(facts, to: file)
        return work
      } catch {
        clear(path)
        throw error
      }
    }
  }

  /// Removes a work at once: it has another name before its files go, one by one.
  private static func clear(_ path: String) {
    Files.removeTree(rename(path, aside(path)) == 0 ? aside(path) : path)
  }

  private static func aside(_ path: String) -> String { path + ".done" }

  /// That another work is there, and what it is by.
  private static func other(_ path: String, _ known: [UInt8], _ facts: String) -> DataError {
    let lines = [String(decoding: known, as: UTF8.self), facts].map { $0.split(separator: "\n") }
    let changed = zip(lines[0], lines[1]).first { $0 != $1 }
    let words = [
      "image": "another image", "model": "another model", "part": "another part or level",
      "results": "other results",
    ]
    let kind = changed.flatMap { words[String($0.1.prefix { $0 != " " })] } ?? "other options"
    let parts = changed.map { zip($0.0.split(separator: ", "), $0.1.split(separator: ", ")) }
    let options = kind == "other options" ? parts?.first { $0 != $1 } : nil
    let difference = options.map { " (\($0.0.suffix(60)), now \($0.1.suffix(60)))" } ?? ""
    return DataError(
      path,
      "holds the beginning of other results, by \(kind)\(difference): end it as it was begun, begin anew, or choose another place",
      choices: ["overwrite", "output"])
  }

  /// Whether there is nothing to do in the folder any more: the results have their places, or are about to, or the folder is another's.
  var isEnded: Bool { !locks.isInPlace || Files.exists(Path.join(path, Self.ended)) }

  /// Does all parts of a stage that nobody has done, and waits for those that others are at.
  ///
  /// - `isDone`: whether a part is done, by anybody.
  /// - Throws: `Interrupted`, and what `make` throws.
  func share(_ count: Int, stage: Int, isDone: (Int) -> Bool, _ make: (Int) throws -> Void) throws {
    var left = Array(0..<count)
    while true {
      var waiting: [Int] = []
      for part in left where !isDone(part) {
        guard !isCancelled() else { throw Interrupted() }
        let lock = stage << 40 + part + 1
        guard locks.take(lock) else {
          waiting.append(part)
          continue
        }
        defer { locks.leave(lock) }
        guard !isDone(part) else { continue }
        if isEnded { return }
        try make(part)
      }
      guard !waiting.isEmpty else { return }
      left = waiting
      usleep(100_000)
    }
  }

  /// Whether results of `name` in `folder` are being given their places, or were when the process ended.
  static func isPlacing(_ name: String, in folder: String) -> Bool {
    Files.exists(Path.join(path(for: name, in: folder), ended))
  }

  /// Removes a work of which nothing is done, unless others are at it.
  func abandon() {
    Files.alone(in: Path.folder(of: path)) { if !isEnded, locks.take(0) { Self.clear(path) } }
  }

  /// Gives the results their places, once all is done; other processes wait for that.
  ///
  /// - `move`: gives those theirs that have none yet.
  func complete(_ move: () throws -> Void) throws {
    let lock = 1 << 60
    while !locks.take(lock) {
      guard !isCancelled() else { throw Interrupted() }
      usleep(100_000)
    }
    defer { locks.leave(lock) }
    guard locks.isInPlace else { return }
    try AtomicFile.write("", to: Path.join(path, Self.ended))
    try move()
    Self.clear(path)
  }
}
