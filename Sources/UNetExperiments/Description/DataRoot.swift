import UNetConfiguration
import UNetFiles

/// The folder that an experiment's relative paths start from.
package struct DataRoot: Equatable, Sendable {
  /// The folder.
  package let folder: String

  /// The first of `named` that is there and not empty, else the folder of the experiment's file.
  package init(_ named: String?..., experiment path: String) {
    folder = named.compactMap { $0 }.first { !$0.isEmpty } ?? Path.folder(of: path)
  }

  /// An absolute path as it is, a relative one under the folder.
  package func path(_ path: String) -> String {
    path.hasPrefix("/") || folder == "." ? path : Path.join(folder, path)
  }

  /// Checks that each file named in `data.sha256` has that digest.
  ///
  /// - Throws: `FileError`, `ConfigurationError`.
  package func checkDigests(of data: Experiment.DataSettings) throws {
    for (file, expected) in data.sha256.sorted(by: { $0.key < $1.key }) {
      let found = try Digest.sha256(ofFile: path(file))
      guard found == expected else {
        throw ConfigurationError(
          path(file),
          "has SHA-256 \(found), data.sha256 \(expected): fetch the file again or mend the experiment")
      }
    }
  }
}
