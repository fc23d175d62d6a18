import Foundation
import Synchronization

/// The folder for what PoCL compiles.  Where it cannot make one it offers no device, and where it cannot write to it, it
/// compiles nothing: users whose home cannot be written to are given another.
package enum PoCLCache {
  /// What to say of a folder that was given before any driver was asked.
  private static let given = Mutex<String?>(nil)
  static var note: String? { given.withLock(\.self) }

  /// Names to PoCL, for this process, the folder in which it keeps its programs, without what is damaged there; another where
  /// it cannot write to `folder`.  To be called before any driver is woken.
  package static func prepare(_ folder: String) {
    given.withLock { note in
      guard note == nil else { return }
      if isWritable(folder), hasRoom(folder) {
        setenv("POCL_CACHE_DIR", folder, 1)
        PoCLPrograms.removeDamaged(in: folder)
      } else {
        note = useSpare()
      }
    }
  }

  /// Says of the folder that the user has named to PoCL that it is nearly full, where it is.
  package static func warn(of folder: String) {
    guard !hasRoom(folder) else { return }
    given.withLock {
      $0 =
        "POCL_CACHE_DIR, \(folder), has less than 32 MiB of room: PoCL ends the command where it cannot write: name another"
    }
  }

  /// Whether PoCL, as it is told now, could not write to its folder.
  static var isMissing: Bool { getenv("POCL_CACHE_DIR").map { !isWritable(String(cString: $0)) } ?? true }

  /// Whether the disk has room for some programs; LLVM ends the process where it has none.
  package static func hasRoom(_ folder: String) -> Bool {
    var (place, status) = (folder, statvfs())
    while statvfs(place, &status) != 0 {
      let parent = (place as NSString).deletingLastPathComponent
      guard parent != place, !parent.isEmpty else { return true }
      place = parent
    }
    return UInt64(status.f_bavail) * UInt64(status.f_frsize) >= least
  }

  /// 32 MiB: the programs of a few networks.
  private static let least: UInt64 = 32 << 20

  /// Whether a folder can be written to, or made in one that can.
  package static func isWritable(_ folder: String) -> Bool {
    var status = stat()
    guard stat(folder, &status) == 0 else {
      let parent = (folder as NSString).deletingLastPathComponent
      return errno == ENOENT && parent != folder && isWritable(parent.isEmpty ? "." : parent)
    }
    return status.st_mode & S_IFMT == S_IFDIR && access(folder, W_OK | X_OK) == 0
  }

  /// Names a folder of this user alone to PoCL, unless the user has named one; what to say of that.
  static func useSpare() -> String? {
    let shared = FileManager.default.temporaryDirectory.path + "/swift-unet-pocl-\(getuid())"
    guard let folder = own(shared) ?? new(like: shared) else { return nil }
    setenv("POCL_CACHE_DIR", folder, 0)
    return
      "PoCL has no cache folder that it can write to, with 32 MiB of room: it uses \(folder) (POCL_CACHE_DIR names another)"
  }

  /// The folder, made where it is missing; nil where it is not this user's alone, since programs are loaded from it.
  private static func own(_ folder: String) -> String? {
    mkdir(folder, 0o700)
    var status = stat()
    guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == getuid(),
      status.st_mode & 0o077 == 0, access(folder, W_OK) == 0
    else { return nil }
    return folder
  }

  private static func new(like folder: String) -> String? {
    var name = Array("\(folder)-XXXXXX".utf8CString)
    return mkdtemp(&name).map { String(cString: $0) }
  }
}
