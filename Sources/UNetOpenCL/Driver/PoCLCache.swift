import Foundation
import Synchronization

/// The folder for what PoCL compiles.  Where it cannot make one it offers no device, and where it cannot write to it, it
/// compiles nothing: users whose home cannot be written to are given another.
package enum PoCLCache {
  /// What to say of a folder that was given before any driver was asked.
  private static let given = Mutex<String?>(nil)
  static var note: String? { given.withLock(\.self) }

  /// Names another folder to PoCL, for this process, where it cannot write to `folder`, in which it would keep its programs.
  /// To be called before any driver is woken.
  package static func replace(_ folder: String) {
    given.withLock { note in if note == nil && !isWritable(folder) { note = useSpare() } }
  }

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
    return "PoCL has no cache folder that it can write to: it uses \(folder) (POCL_CACHE_DIR names another)"
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
