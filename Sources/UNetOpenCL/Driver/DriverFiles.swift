import Foundation
import UNetFiles

/// The files by which drivers are made known to the OpenCL loader: the name of a library in each.
package enum DriverFiles {
  /// Where the loader looks unless it is told otherwise.
  package static let usual = "/etc/OpenCL/vendors"

  /// A sentence for each library that cannot be loaded and is named in `place`, a folder of files or a file.
  package static func failures(in place: String) -> [String] {
    let isFolder = Files.isFolder(place)
    let names = isFolder ? ((try? Files.names(in: place)) ?? []).sorted() : [place]
    return names.filter { $0.hasSuffix(".icd") }.compactMap { name in
      let file = isFolder ? Path.join(place, name) : name
      guard let text = try? TextFile.read(file) else { return "\(file) cannot be read" }
      return failure(of: text.trimmingCharacters(in: .whitespacesAndNewlines), file)
    }
  }

  private static func failure(of library: String, _ file: String) -> String? {
    guard dlopen(library, RTLD_NOW | RTLD_LOCAL) == nil else { return nil }
    let reason = dlerror().map { String(cString: $0) } ?? library
    return "the driver that \(file) names cannot be loaded (\(reason)): install it anew or remove the file"
  }
}
