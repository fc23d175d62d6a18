import Foundation
import Glibc
import UNetFiles

/// NVIDIA's driver where no file makes it known to the OpenCL loader: containers are given its library, and rarely that file.
package enum UnlistedDriver {
  /// Lists the driver in a folder, beside what `place` lists.
  ///
  /// - `library`: the driver's.
  /// - `folder`: this user's own; it is made, and what it listed before goes.
  /// - Returns: whether the folder is needed, and there.
  package static func list(_ library: String, in folder: String, beside place: String = DriverFiles.usual)
    -> Bool
  {
    var listed: [String: String] = [:]
    for name in ((try? Files.names(in: place)) ?? []) where name.hasSuffix(".icd") {
      guard DriverFiles.strange(in: place) == nil, let text = try? TextFile.read(Path.join(place, name))
      else {
        return false
      }
      listed[name] = text
    }
    guard !listed.values.contains(where: { $0.lowercased().contains("nvidia") }) else { return false }
    listed["nvidia.icd"] = library + "\n"
    do {
      try Files.makeFolder(folder)
      for old in try Files.names(in: folder) where listed[old] == nil { unlink(Path.join(folder, old)) }
      for (name, text) in listed where (try? TextFile.read(Path.join(folder, name))) != text {
        try AtomicFile.write(text, to: Path.join(folder, name))
      }
      return true
    } catch { return false }
  }

  /// The library of NVIDIA's driver, where a card of theirs can be opened.
  package static var library: String? {
    guard Files.exists("/dev/nvidiactl") else { return nil }
    let name = "libnvidia-opencl.so.1"
    if let handle = dlopen(name, RTLD_LAZY) {
      dlclose(handle)
      return name
    }
    let folders = [
      "/usr/local/nvidia/lib64", "/usr/local/nvidia/lib", "/usr/lib/x86_64-linux-gnu",
      "/usr/lib/aarch64-linux-gnu",
      "/usr/lib64", "/usr/lib/nvidia",
    ]
    return folders.map { Path.join($0, name) }.first(where: Files.exists)
  }
}
