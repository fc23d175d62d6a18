import Glibc

/// A file being written under a hidden name in its folder, which takes its own name when it is whole.
///
/// Dropped before that, it leaves nothing, and an earlier file of its name stays.
package final class PartialFile {
  /// The file, as the caller named it.
  package let path: String
  /// Open for writing and reading; the file's own to close.
  package let descriptor: Int32
  private let hidden: String, target: String
  private var isOpen = true

  /// Begins the file `path`.  A link is followed, so that it stays and the file that it leads to is replaced, or made.
  /// - Throws: `FileError`.
  package init(_ path: String) throws {
    self.path = path
    target = try AtomicFile.destination(of: path)
    hidden = PartialFile.hiddenName(beside: target)
    descriptor = open(hidden, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      isOpen = false
      throw FileError(.write, path)
    }
  }

  deinit { discard() }

  /// Writes to its end.
  package var writer: FileWriter { FileWriter(descriptor: descriptor, path: path) }

  /// Flushes the file to the disk and gives it its name; nothing may follow.
  /// - Throws: `FileError`, and the hidden file is removed.
  package func commit() throws {
    do {
      guard fsync(descriptor) == 0 else { throw FileError(.write, path) }
      isOpen = false
      guard close(descriptor) == 0 else { throw FileError(.write, path) }
      guard rename(hidden, target) == 0 else { throw FileError(.write, path) }
    } catch {
      if isOpen { discard() } else { unlink(hidden) }
      throw error
    }
    flushFolder()
  }

  /// Removes what was written, unless it has its name already.
  package func discard() {
    guard isOpen else { return }
    isOpen = false
    close(descriptor)
    unlink(hidden)
  }

  /// A hidden name in the folder of `target` that no other process or thread uses.
  static func hiddenName(beside target: String) -> String {
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
