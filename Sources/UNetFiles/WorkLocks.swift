import Glibc

/// Which parts of a work several processes are at, by locks on the bytes of a file: a process that ends, however it does, leaves its
/// parts to the others.
///
/// On file systems without locks nobody is kept out.
package final class WorkLocks {
  private let path: String
  private let descriptor: Int32

  /// Locks in the file `path`, which is made where it is missing.
  /// - Throws: `FileError`.
  package init(_ path: String) throws {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else { throw FileError(.write, path) }
  }

  deinit { close(descriptor) }

  /// Whether the file is still where it was opened, as far as the system tells.
  package var isInPlace: Bool {
    var (opened, named) = (stat(), stat())
    guard fstat(descriptor, &opened) == 0 else { return true }
    guard lstat(path, &named) == 0 else { return ![ENOENT, ENOTDIR].contains(errno) }
    return (opened.st_dev, opened.st_ino) == (named.st_dev, named.st_ino)
  }

  /// Takes a part; false where another process is at it.
  package func take(_ part: Int) -> Bool { lock(part, F_WRLCK) || ![EACCES, EAGAIN].contains(errno) }

  /// Takes a part beside others that do so too; false where one has it alone.
  package func share(_ part: Int) -> Bool { lock(part, F_RDLCK) || ![EACCES, EAGAIN].contains(errno) }

  /// Leaves a part.
  package func leave(_ part: Int) { _ = lock(part, F_UNLCK) }

  private func lock(_ part: Int, _ kind: Int32) -> Bool {
    var lock = flock()
    (lock.l_type, lock.l_whence) = (Int16(kind), Int16(SEEK_SET))
    (lock.l_start, lock.l_len) = (off_t(part), 1)
    // F_OFD_SETLK, which Swift does not import: of this opening of the file, not of the process.
    return fcntl(descriptor, 37, &lock) == 0
  }
}
