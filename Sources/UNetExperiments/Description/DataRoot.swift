import UNetConfiguration
import UNetData
import UNetFiles
import UNetImages

/// The folder that an experiment's relative paths start from.
package struct DataRoot: Equatable, Sendable {
  /// The folder.
  package let folder: String
  /// The user's home, for which `~` stands; nil: it stands for nothing.
  private let home: String?

  /// The first of `named` that is there and not empty, else the folder of the experiment's file.
  package init(_ named: String?..., experiment path: String, home: String? = nil) {
    self.home = home
    let named = named.compactMap { $0 }.first { !$0.isEmpty }
    folder = named.map { Self.expanded($0, home) } ?? Path.folder(of: path)
  }

  /// An absolute path as it is, one below `~` in the home folder, a relative one under the folder.
  package func path(_ path: String) -> String {
    let path = Self.expanded(path, home)
    return path.hasPrefix("/") || folder == "." ? path : Path.join(folder, path)
  }

  /// A path under the folder as it is from there; any other as it is.
  func relative(_ path: String) -> String {
    let start = folder.hasSuffix("/") ? folder : folder + "/"
    return path.hasPrefix(start) ? String(path.dropFirst(start.count)) : path
  }

  private static func expanded(_ path: String, _ home: String?) -> String {
    guard let home, path == "~" || path.hasPrefix("~/") else { return path }
    return home + path.dropFirst()
  }

  /// Every file of images, labels and weights that a training of `experiment` reads.
  /// - Throws: `DataError` where there are none; `FileError`.
  package func files(of experiment: Experiment) throws -> [String] {
    var files: [String] = []
    if case .files(let images, let labels, _) = experiment.data.origin {
      files += try self.files(images) + self.files(labels, areLabels: true)
    }
    if case .sequence(let images, let labels, _) = experiment.data.holdOut {
      files += try self.files(images) + self.files(labels, areLabels: true)
    }
    guard let initial = experiment.training.initial else { return files }
    guard Files.exists(path(initial)) else {
      throw DataError(path(initial), "does not exist: check the name\(hint(initial))")
    }
    return files + [path(initial)]
  }

  private func files(_ pattern: String, areLabels: Bool = false) throws -> [String] {
    do { return try NamedFiles.paths(path(pattern), areLabels: areLabels) } catch let error as DataError {
      let hint = hint(pattern)
      throw DataError(
        error.file, error.problem + hint, choices: hint == Self.orTheFolder ? ["data"] : [])
    }
  }

  private static let orTheFolder = ", or name the folder of the data"

  /// What else may be wrong with a path that leads to nothing.
  private func hint(_ path: String) -> String {
    let isExpanded = Self.expanded(path, home) != path
    if path.contains("$") || folder.contains("$") || path.hasPrefix("~") && !isExpanded {
      return "; variables such as $HOME are not expanded, and ~ is the home folder, as in ~/data"
    }
    if path.contains("\\") { return "; folders are parted by '/'" }
    return isExpanded || path.hasPrefix("/") ? "" : Self.orTheFolder
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
