import Foundation
import UNetFiles

/// The files by which drivers are made known to the OpenCL loader: the name of a library in each.
package enum DriverFiles {
  /// Where the loader looks unless it is told otherwise.
  package static let usual = "/etc/OpenCL/vendors"

  /// A sentence for each library that cannot be loaded and is named in `place`, a folder of files or a file; where there is
  /// no driver at all (`isNone`), for each library.
  package static func failures(in place: String, isNone: Bool) -> [String] {
    let isFolder = Files.isFolder(place)
    let names = isFolder ? ((try? Files.names(in: place)) ?? []).sorted() : [place]
    return names.filter { $0.hasSuffix(".icd") }.compactMap { name in
      let file = isFolder ? Path.join(place, name) : name
      let text = (try? TextFile.read(file)).map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
      guard let library = text, !library.isEmpty else {
        return "\(file) names no driver's library: mend or remove it"
      }
      return failure(of: library, file, isNone: isNone)
    }
  }

  private static func failure(of library: String, _ file: String, isNone: Bool) -> String? {
    guard dlopen(library, RTLD_NOW | RTLD_LOCAL) == nil else {
      return isNone
        ? "the driver that \(file) names, \(library), offers nothing: in a container the device must be passed through"
        : nil
    }
    let reason = dlerror().map { String(cString: $0) } ?? library
    return "the driver that \(file) names cannot be loaded (\(reason)): install it anew or remove the file"
  }
}
