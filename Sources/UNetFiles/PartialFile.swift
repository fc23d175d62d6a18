import Glibc

/// A file being written without a name, or under a hidden one in its folder where the file system knows no others, which
/// takes its own name when it is whole.
///
/// Dropped before that, it leaves nothing, and an earlier file of its name stays; so does one that it may not replace and
/// that has come since the work began.  Without a name it ends with the process, however that ends.
package final class PartialFile {
  /// The file, as the caller named it.
  package let path: String
  /// Open for writing and reading; the file's own to close.
  package let descriptor: Int32
  private let target: String
  private let replaces: Bool
  /// The name that it has until it is whole; nil while it has none.
  private var hidden: String?
  private var isOpen = true

  /// Begins the file `path`.  A link is followed, so that it stays and the file that it leads to is replaced, or made.
  ///
  /// - `replaces`: whether it may take the place of a file that is there when it is whole.
  /// - `canBeNameless`: false to do as on file systems that know only files with names.
  /// - Throws: `FileError`.
  package init(_ path: String, replaces: Bool = true, canBeNameless: Bool = true) throws {
    (self.path, self.replaces) = (path, replaces)
    target = try AtomicFile.destination(of: path)
    (descriptor, hidden) = PartialFile.opened(beside: target, canBeNameless: canBeNameless)
    guard descriptor >= 0 else {
      isOpen = false
      throw FileError(.write, path)
    }
  }

  /// A new file in the folder of `target`, open for writing and reading, or a negative number; and its name where it
  /// must have one.
  static func opened(beside target: String, canBeNameless: Bool = true) -> (descriptor: Int32, name: String?)
  {
    if canBeNameless, let descriptor = nameless(in: Path.folder(of: target)) { return (descriptor, nil) }
    let name = hiddenName(beside: target)
    let descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    return (descriptor, descriptor >= 0 ? name : nil)
  }

  /// A file without a name that can be given one; nil where the file system or a missing `/proc` does not allow that.
  private static func nameless(in folder: String) -> Int32? {
    // O_TMPFILE, which Swift does not import.
    let descriptor = open(folder, O_RDWR | O_CLOEXEC | 0o20_000_000 | O_DIRECTORY, 0o666)
    guard descriptor >= 0 else { return nil }
    guard access(link(to: descriptor), F_OK) == 0 else {
      close(descriptor)
      return nil
    }
    return descriptor
  }

  private static func link(to descriptor: Int32) -> String { "/proc/self/fd/\(descriptor)" }

  deinit { discard() }

  /// Writes to its end.
  package var writer: FileWriter { FileWriter(descriptor: descriptor, path: path) }

  /// Flushes the file to the disk and gives it its name; nothing may follow.
  /// - Throws: `FileError`; `OutputError` where another file has the name and may not be replaced.  Nothing stays of the file.
  package func commit() throws {
    do {
      guard fsync(descriptor) == 0 else { throw FileError(.write, path) }
      if replaces { try takeName() } else { try takeFreeName() }
    } catch {
      discard()
      throw error
    }
    flushFolder()
  }

  private func takeName() throws {
    let hidden = try named()
    isOpen = false
    guard close(descriptor) == 0, rename(hidden, target) == 0 else { throw FileError(.write, path) }
    self.hidden = nil
  }

  /// By a link, which unlike a rename replaces nothing.
  private func takeFreeName() throws {
    let from = hidden ?? PartialFile.link(to: descriptor)
    guard linkat(AT_FDCWD, from, AT_FDCWD, target, AT_SYMLINK_FOLLOW) != 0 else { return discard() }
    guard errno != EEXIST else { throw OutputError(path: path) }
    // Not every file system gives a file two names.
    guard hidden != nil, [EPERM, EOPNOTSUPP, ENOSYS].contains(errno) else { throw FileError(.write, path) }
    guard access(target, F_OK) != 0 else { throw OutputError(path: path) }
    try takeName()
  }

  /// The hidden name, which it is given where it has none: a rename replaces what is there, a link does not.
  private func named() throws -> String {
    if let hidden { return hidden }
    let (own, name) = (PartialFile.link(to: descriptor), PartialFile.hiddenName(beside: target))
    guard linkat(AT_FDCWD, own, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0 else { throw FileError(.write, path) }
    hidden = name
    return name
  }

  /// Removes what was written, unless it has its name already.
  package func discard() {
    if isOpen { close(descriptor) }
    if let hidden { unlink(hidden) }
    (isOpen, hidden) = (false, nil)
  }

  /// A hidden name in the folder of `target` that no other process or thread uses.
  private static func hiddenName(beside target: String) -> String {
    let suffix = String(UInt64.random(in: 0...UInt64.max), radix: 36)
    // Names are at most 255 bytes long; the suffix alone tells two writers apart.
    let start = String(decoding: Path.name(target).utf8.prefix(40), as: UTF8.self)
    return Path.join(Path.folder(of: target), ".\(start).\(suffix).partial")
  }

  /// Makes the rename itself last through a power failure, on the file systems that can.
  private func flushFolder() {
    let descriptor = open(Path.folder(of: target), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    close(descriptor)
  }
}
