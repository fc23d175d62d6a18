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
    let start = String(decoding: name.utf8.prefix(60), as: UTF8.self)
    return Path.join(outer, ".\(start).\(Digest.sha256(name).prefix(8)).work")
  }

  /// Opens the work for the results of `name` in `folder`, which `make` makes where it is not begun yet.
  ///
  /// - `facts`: what decides the results, a line each; another work that is there is an error unless it may be `replaced`.
  /// - `makes`: whether this process may begin it.
  /// - Returns: nil where it is not there and may not be begun: others have ended it.
  /// - Throws: `DataError`, `FileError`, `FolderInUse`.
  static func open(
    for name: String, in folder: String, facts: String, replaced: Bool, makes: Bool,
    isCancelled: @escaping () -> Bool, make: (_ path: String) throws -> Void
  ) throws -> ChunkedWork? {
    let path = path(for: name, in: folder)
    try Files.makeFolder(Path.folder(of: path))
    return try Files.alone(in: Path.folder(of: path)) {
      let file = Path.join(path, Self.facts)
      let known = Files.exists(file) ? try FileReader.bytes(of: file) : nil
      if let known, known == Array(facts.utf8) { return try ChunkedWork(path, isCancelled: isCancelled) }
      if Files.exists(path) {
        guard makes, known == nil || replaced else { throw other(path) }
        guard try WorkLocks(Path.join(path, "locks")).take(0) else { throw FolderInUse(path) }
        Files.removeTree(path)
      }
      guard makes else { return nil }
      try Files.makeFolder(path)
      do {
        try make(path)
        try AtomicFile.write(facts, to: file)
        return try ChunkedWork(path, isCancelled: isCancelled)
      } catch {
        Files.removeTree(path)
        throw error
      }
    }
  }

  private static func other(_ path: String) -> DataError {
    DataError(
      path,
      "holds the beginning of other results for this image, by another model or other options: end it as it was begun, replace it, or "
        + "remove it", choices: ["overwrite", "output"])
  }

  /// Whether the results have their places, or are about to.
  var isComplete: Bool { !Files.exists(path) || Files.exists(Path.join(path, Self.ended)) }

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
        if isComplete { return }
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
  func abandon() { if locks.take(0), !isComplete { Files.removeTree(path) } }

  /// Gives the results their places, once all is done; other processes wait for that.
  ///
  /// - `move`: gives them theirs; told whether some may have them already, from a process that has ended meanwhile.
  func complete(_ move: (_ again: Bool) throws -> Void) throws {
    let lock = 1 << 60
    while !locks.take(lock) {
      guard !isCancelled() else { throw Interrupted() }
      usleep(100_000)
    }
    defer { locks.leave(lock) }
    guard Files.exists(path) else { return }
    let mark = Path.join(path, Self.ended)
    let again = Files.exists(mark)
    try AtomicFile.write("", to: mark)
    let before = try Files.names(in: path).count
    do { try move(again) } catch {
      // Where none has its place, another file that came there meanwhile is as safe as before.
      if !again, try Files.names(in: path).count == before { Files.remove(mark) }
      throw error
    }
    Files.removeTree(path)
  }
}
