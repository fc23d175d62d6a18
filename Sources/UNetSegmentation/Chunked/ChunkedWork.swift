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
      let file = Path.join(path, Self.facts)
      let known = Files.exists(file) ? try FileReader.bytes(of: file) : nil
      if let known, known == Array(facts.utf8) { return try ChunkedWork(path, isCancelled: isCancelled) }
      if let known {
        guard makes, replaced else { throw other(path, known, facts) }
        guard try WorkLocks(Path.join(path, "locks")).take(0) else { throw FolderInUse(path) }
        Files.removeTree(movedAside(path))
      } else if Files.exists(path) {
        throw DataError(
          path, "stands where results are to grow, and was not made by this program: move it",
          choices: ["output"])
      }
      guard makes, !isDone() else { return nil }
      // It is made beside its place, so that where it is all of it is there.
      let new = path + unmade
      Files.removeTree(new)
      do {
        try Files.makeFolder(new)
        try make(new)
        try AtomicFile.write(facts, to: Path.join(new, Self.facts))
        try Files.moveFolder(new, to: path, replacing: false)
      } catch {
        Files.removeTree(new)
        throw error
      }
      return try ChunkedWork(path, isCancelled: isCancelled)
    }
  }

  private static let unmade = ".new", unneeded = ".done"

  /// Gives a work another name at once, before its files go, one by one; tells that name.
  private static func movedAside(_ path: String) -> String {
    Files.removeTree(path + unneeded)
    return rename(path, path + unneeded) == 0 ? path + unneeded : path
  }

  /// Removes what processes have left that ended while they made, or removed, the work of `name`.
  static func sweep(_ name: String, in folder: String) {
    let path = path(for: name, in: folder)
    if Files.exists(path + unneeded) { Files.removeTree(path + unneeded) }
    guard Files.exists(path + unmade) else { return }
    Files.alone(in: Path.folder(of: path)) { Files.removeTree(path + unmade) }
  }

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
    func bare(_ text: Substring) -> Substring { text.split { "()".contains($0) }.last ?? text }
    let difference = options.map { " (\(bare($0.0).suffix(60)), now \(bare($0.1).suffix(60)))" } ?? ""
    return DataError(
      path,
      "holds the beginning of other results, by \(kind)\(difference): end it as it was begun, begin anew, or choose another place",
      choices: ["overwrite", "output"])
  }

  /// Whether there is nothing to do in the folder any more: the results have their places, or are about to, or the folder is another's.
  var isEnded: Bool { !locks.isInPlace || Files.exists(Path.join(path, Self.ended)) }

  /// What processes do together, one stage after the other, part by part.
  enum Stage {
    /// The chunks of all pages.
    case chunks
    /// The instances of all pages.
    case instances
    /// A smaller level of a result.
    case level(Int, result: Int)
    /// What is one file of each result.
    case files
    /// The places of all results.
    case places

    /// The lock of a part: each stage has 2^40 of them, and the first of all is the folder's.
    fileprivate func lock(_ part: Int) -> Int {
      let stage =
        switch self {
        case .chunks: 1
        case .instances: 2
        case .files: 3
        case .places: 4
        case .level(let level, let result): 1 << 8 + result << 6 + level
        }
      return stage << 40 + part
    }
  }

  /// Does all parts of a stage that nobody has done, and waits for those that others are at; less where all has ended.
  ///
  /// - `isDone`: whether a part is done, by anybody.
  /// - Throws: `Interrupted`, and what `make` throws.
  func share(_ count: Int, of stage: Stage, isDone: (Int) -> Bool, _ make: (Int) throws -> Void) throws {
    var left = Array(0..<count)
    while true {
      var waiting: [Int] = []
      for part in left {
        guard !isCancelled() else { throw Interrupted() }
        let lock = stage.lock(part)
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

  /// Whether results of `name` in `folder` are being made, or were when the process ended.
  static func isBegun(_ name: String, in folder: String) -> Bool {
    Files.exists(Path.join(path(for: name, in: folder), facts))
  }

  /// Whether results of `name` in `folder` are being given their places, or were when the process ended.
  static func isPlacing(_ name: String, in folder: String) -> Bool {
    Files.exists(Path.join(path(for: name, in: folder), ended))
  }

  /// Removes a work of which nothing is done, unless others are at it.
  func abandon() {
    Files.alone(in: Path.folder(of: path)) {
      // The last of those that give it up finds it free.
      locks.leave(0)
      if !isEnded, locks.take(0) { Files.removeTree(Self.movedAside(path)) }
    }
  }

  /// Gives the results their places, once all is done; other processes wait for that.
  ///
  /// - `check`: makes sure that all is there, before the first has its place.
  /// - `move`: gives those theirs that have none yet.
  func complete(_ check: () throws -> Void, moving move: () throws -> Void) throws {
    let lock = Stage.places.lock(0)
    while !locks.take(lock) {
      guard !isCancelled() else { throw Interrupted() }
      usleep(100_000)
    }
    defer { locks.leave(lock) }
    guard locks.isInPlace else { return }
    let ended = Path.join(path, Self.ended)
    if !Files.exists(ended) {
      try check()
      try AtomicFile.write("", to: ended)
    }
    try move()
    Files.removeTree(Files.alone(in: Path.folder(of: path)) { Self.movedAside(path) })
  }
}
