import Foundation

/// The files of this package, which tests compare with what was built of them.
package enum PackageFiles {
  package static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The path of a file or folder by its path in the package.
  package static func path(_ name: String) -> String { root.appendingPathComponent(name).path }

  /// What a text file holds.
  package static func text(_ name: String) throws -> String {
    try String(contentsOfFile: path(name), encoding: .utf8)
  }
}

/// A folder of the published data sets, which are not the project's to carry: below $UNET_DATA, or below shared/data beside
/// the package.
package struct RealData: Sendable {
  package static let root =
    ProcessInfo.processInfo.environment["UNET_DATA"]
    ?? PackageFiles.root.deletingLastPathComponent().appendingPathComponent("shared/data").path

  package let folder: String

  package init(_ name: String = "") { folder = name.isEmpty ? Self.root : "\(Self.root)/\(name)" }

  package var isPresent: Bool { FileManager.default.fileExists(atPath: folder) }
  package var reason: String { "\(folder) is absent: set UNET_DATA to the data root" }
  package func path(_ file: String) -> String { "\(folder)/\(file)" }
}
