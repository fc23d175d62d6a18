/// Whole files, read and written with every error seen.
import Foundation

/// The bytes of a file.
func readBytes(_ path: String) throws -> [UInt8] {
  let file = open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else {
    throw DataError(path, errno == ENOENT ? "does not exist" : "cannot be read: \(systemError())")
  }
  defer { close(file) }
  var status = stat()
  guard fstat(file, &status) == 0 else { throw DataError(path, "cannot be read: \(systemError())") }
  guard status.st_mode & S_IFMT == S_IFREG else { throw DataError(path, "is not a file") }
  var failure: String?
  let size = Int(status.st_size)
  let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
    while filled < size {
      let taken = read(file, buffer.baseAddress.map { $0 + filled }, size - filled)
      if taken < 0 && errno == EINTR { continue }
      if taken < 0 { failure = systemError() }
      if taken <= 0 { return }
      filled += taken
    }
  }
  if let failure { throw DataError(path, "cannot be read: \(failure)") }
  return bytes
}

/// Puts `bytes` at `path`: readers see the old file or the whole new one, whatever fails.
///
/// The bytes go to a temporary name in the same folder, are flushed to the disk, and are renamed.
package func writeAtomically(_ bytes: UnsafeRawBufferPointer, to path: String) throws {
  let temporary = "\(path).\(getpid())-\(UInt32.random(in: 0...UInt32.max)).part"
  let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
  guard file >= 0 else { throw DataError(path, "cannot be written: \(writeError())") }
  var failure = writeAll(bytes, to: file)
  if failure == nil && fsync(file) != 0 { failure = writeError() }
  if close(file) != 0 && failure == nil { failure = writeError() }
  if failure == nil && rename(temporary, path) != 0 { failure = writeError() }
  guard let failure else { return }
  unlink(temporary)
  throw DataError(path, "cannot be written: \(failure)")
}

/// The system's words for a failed write, and the remedy where the disk is full.
private func writeError() -> String {
  let isFull = [ENOSPC, EDQUOT, EFBIG].contains(errno)
  return systemError() + (isFull ? "; free some space or choose another --output" : "")
}

/// Nil, or what went wrong.
private func writeAll(_ bytes: UnsafeRawBufferPointer, to file: Int32) -> String? {
  var done = 0
  while done < bytes.count {
    let written = write(file, bytes.baseAddress.map { $0 + done }, bytes.count - done)
    if written < 0 && errno == EINTR { continue }
    guard written > 0 else { return writeError() }
    done += written
  }
  return nil
}

/// What the last system call said, with the remedy where the words alone do not tell it.
private func systemError() -> String {
  switch errno {
  case ENOSPC, EDQUOT: "no space left on the disk; free some and try again"
  case ENOENT: "its folder does not exist; make it first"
  default: String(cString: strerror(errno))
  }
}
