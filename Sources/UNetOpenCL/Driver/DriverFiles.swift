import Foundation
import Glibc
import UNetFiles

/// The files by which drivers are made known to the OpenCL loader: the name of a library in each.
package enum DriverFiles {
  /// Where the loader looks unless it is told otherwise.
  package static let usual = "/etc/OpenCL/vendors"

  /// A sentence for each library that cannot be loaded, or offers nothing, and is named in `place`, a folder of files or a
  /// file.
  package static func failures(in place: String) -> [String] {
    let isFolder = Files.isFolder(place)
    let names = isFolder ? ((try? Files.names(in: place)) ?? []).sorted() : [place]
    return names.filter { $0.hasSuffix(".icd") }.compactMap { name in
      let file = isFolder ? Path.join(place, name) : name
      guard !isStrange(file) else { return nil }
      let text = (try? TextFile.read(file)).map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
      guard let library = text, !library.isEmpty else {
        return "\(file) names no driver's library: mend or remove it"
      }
      return failure(of: library, file)
    }
  }

  /// Pipes and the like, which the loader would wait for.
  package static func strange(in place: String) -> String? {
    guard Files.isFolder(place), let names = try? Files.names(in: place) else { return nil }
    return names.filter { $0.hasSuffix(".icd") }.map { Path.join(place, $0) }.first(where: isStrange)
  }

  private static func isStrange(_ file: String) -> Bool {
    var status = stat()
    return stat(file, &status) == 0 && ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
  }

  private static func failure(of library: String, _ file: String) -> String? {
    if let handle = dlopen(library, RTLD_NOW | RTLD_LOCAL) {
      return platforms(of: handle) > 0
        ? nil
        : "the driver that \(file) names, \(library), offers nothing: in a container the device must be passed through"
    }
    let reason = dlerror().map { String(cString: $0) } ?? library
    return "the driver that \(file) names cannot be loaded (\(reason)): install it anew or remove the file"
  }
  /// The platforms that a driver lists, asked as the loader asks it.
  private static func platforms(of driver: UnsafeMutableRawPointer) -> UInt32 {
    typealias Find = @convention(c) (UnsafePointer<CChar>) -> UnsafeMutableRawPointer?
    typealias List = @convention(c) (UInt32, UnsafeMutableRawPointer?, UnsafeMutablePointer<UInt32>?) -> Int32
    guard let find = dlsym(driver, "clGetExtensionFunctionAddress").map({ unsafeBitCast($0, to: Find.self) }),
      let list = find("clIcdGetPlatformIDsKHR").map({ unsafeBitCast($0, to: List.self) })
    else { return 0 }
    var count: UInt32 = 0
    return list(0, nil, &count) == 0 ? count : 0
  }
}
