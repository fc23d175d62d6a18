#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A file that the system would not read or write.
package struct FileError: Error, Equatable, CustomStringConvertible {
  /// What was tried.
  package enum Action: String, Sendable {
    /// Opening or reading.
    case read
    /// Creating, writing, flushing or renaming.
    case write
  }

  /// What was tried.
  package let action: Action
  /// The file, as the caller named it.
  package let path: String
  /// The system's `errno`.
  package let code: Int32

  /// An error of this action on `path`; `code` defaults to the current `errno`.
  package init(_ action: Action, _ path: String, code: Int32 = errno) {
    (self.action, self.path, self.code) = (action, path, code)
  }

  /// One sentence with the remedy.
  package var description: String {
    "cannot \(action.rawValue) \(path): \(String(cString: strerror(code))); \(remedy)"
  }

  private var remedy: String {
    switch (action, code) {
    case (.write, ENOSPC), (.write, EDQUOT), (.write, EFBIG): "free some space or choose another --output"
    case (.write, EACCES), (.write, EPERM), (.write, EROFS):
      "change the permissions or choose another --output"
    case (.write, ENOENT), (.write, ENOTDIR): "create the folder first or choose another --output"
    case (.write, _): "choose another --output"
    case (.read, ENOENT), (.read, ENOTDIR): "check the name"
    case (.read, EACCES), (.read, EPERM): "change the permissions"
    case (.read, EISDIR): "name a file in it"
    case (.read, _): "check the disk"
    }
  }
}
