import Foundation

/// A folder for what PoCL compiles, for users whose home cannot be written to: without one PoCL offers no device.
enum SparePoCLCache {
  /// Names the folder to PoCL, for this process, unless the user has named one; what to say of that.
  static func open() -> String? {
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
