import Glibc

/// Keeps a folder to one process at a time, by a locked file in it, `.lock`, that holds the process's number.
///
/// The system frees the lock when the process ends, however it ends.  On file systems without locks there is none.
package final class FolderLock {
  private let path: String
  private let descriptor: Int32

  /// Locks `folder`, which must be there, for as long as the lock lives.
  /// - Throws: `FolderInUse`, `FileError`.
  package init(_ folder: String) throws {
    path = Path.join(folder, ".lock")
    descriptor = try Self.locked(path, folder)
    let number = "\(getpid())\n"
    // The number is for a message only, so a full disk may leave it out.
    if ftruncate(descriptor, 0) == 0 {
      _ = number.withCString { pwrite(descriptor, $0, number.utf8.count, 0) }
    }
  }

  /// Whether the folder is still where it was when it was locked, as far as the system tells.
  package var isInPlace: Bool { Self.isSame(descriptor, path) != false }

  deinit {
    // While it is locked, and unless another's stands at the place of a folder that was moved.
    if Self.isSame(descriptor, path) == true { unlink(path) }
    close(descriptor)
  }

  /// Opens and locks the file; anew where its last owner has removed it meanwhile.
  private static func locked(_ path: String, _ folder: String) throws -> Int32 {
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
      guard descriptor >= 0 else { throw FileError(.write, path) }
      if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
        defer { close(descriptor) }
        throw FolderInUse(folder, process: number(in: descriptor))
      }
      if isSame(descriptor, path) != false { return descriptor }
      close(descriptor)
    }
  }

  /// Whether `path` names the open file; nil where the system does not say.
  private static func isSame(_ descriptor: Int32, _ path: String) -> Bool? {
    var (opened, named) = (stat(), stat())
    guard fstat(descriptor, &opened) == 0 else { return nil }
    guard lstat(path, &named) == 0 else { return [ENOENT, ENOTDIR].contains(errno) ? false : nil }
    return (opened.st_dev, opened.st_ino) == (named.st_dev, named.st_ino)
  }

  private static func number(in descriptor: Int32) -> Int? {
    var bytes = [UInt8](repeating: 0, count: 20)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    return Int(String(decoding: bytes.prefix(max(count, 0)).prefix { $0 != 10 }, as: UTF8.self))
  }
}

/// A folder that another process is writing to.
package struct FolderInUse: MendedByChoice, CustomStringConvertible {
  private let path: String
  private let process: Int?

  /// Of the process with this number, where it is known.
  package init(_ path: String, process: Int? = nil) { (self.path, self.process) = (path, process) }

  package var choices: [String] { ["output"] }

  /// Who has it, in words.
  package var owner: String { process.map { "process \($0)" } ?? "another process" }

  package var description: String {
    "\(path) is in use by \(owner): wait for its end or choose another folder"
  }
}
