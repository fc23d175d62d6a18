import Glibc

/// A file or folder that the system would not read, write or make.
public struct FileError: MendedByChoice, Equatable, CustomStringConvertible {
  /// What was tried.
  package enum Action: String, Sendable {
    /// Opening or reading.
    case read
    /// Creating, writing, flushing or renaming.
    case write
    /// Making a folder.
    case make = "make the folder"
  }

  /// What was tried.
  package let action: Action
  /// The file or folder, as the caller named it.
  public let path: String
  /// The system's `errno`.
  package let code: Int32

  /// An error of this action on `path`; `code` defaults to the current `errno`.
  package init(_ action: Action, _ path: String, code: Int32 = errno) {
    (self.action, self.path, self.code) = (action, path, code)
  }

  /// Whether the name alone is at fault, so that another file can be written at the same place.
  package var isOfItsName: Bool { [ENAMETOOLONG, EISDIR, EILSEQ].contains(code) }

  /// One sentence with the remedy.
  public var description: String {
    "cannot \(action.rawValue) \(path): \(reason); \(remedy)"
  }

  /// The system's words and the remedy, without the name.
  package var cause: String { "\(reason); \(remedy)" }

  /// The system's words, but for a pipe or a device in place of a file, which `FileReader` refuses.
  private var reason: String {
    switch (action, code) {
    case (.read, EINVAL): "Not a regular file"
    case (_, EILSEQ): "The name is not in UTF-8"
    default: String(cString: strerror(code))
    }
  }

  /// Whether it would have gone well at another time: the name and the place are not at fault.
  package var isOfTheSystem: Bool {
    [EIO, ENOSPC, EDQUOT, EMFILE, ENFILE, ENOMEM, ESTALE, ETIMEDOUT].contains(code)
  }

  /// What is written goes where the user said.
  package var choices: [String] {
    action == .read || [EMFILE, ENFILE, ENOMEM].contains(code) ? [] : ["output"]
  }

  private var remedy: String {
    switch (action, code) {
    case (_, EMFILE): "allow more open files (ulimit -n)"
    case (_, ENOMEM), (_, ENFILE): "end other programs"
    case (.read, ENOENT), (.read, ENOTDIR): "check the name"
    case (.read, EACCES), (.read, EPERM): "change the permissions"
    case (.read, EISDIR): "name a file in it"
    case (.read, EINVAL): "name a file on a disk"
    case (.read, _): "check the disk"
    case (_, ENAMETOOLONG): "choose a shorter name"
    case (_, ENOSPC), (_, EDQUOT), (_, EFBIG): "free some space or choose another place"
    case (_, EACCES), (_, EPERM), (_, EROFS): "change the permissions or choose another place"
    case (.write, ENOENT), (.write, ENOTDIR): "make the folder first or choose another place"
    case (.write, _), (.make, _): "choose another place"
    }
  }
}
