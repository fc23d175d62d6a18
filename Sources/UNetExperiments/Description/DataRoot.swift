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
    folder = named.compactMap { $0 }.first { !$0.isEmpty } ?? Path.folder(of: path)
  }

  /// An absolute path as it is, one below `~` in the home folder, a relative one under the folder.
  package func path(_ path: String) -> String {
    let path = expanded(path)
    return path.hasPrefix("/") || folder == "." ? path : Path.join(folder, path)
  }

  /// A path under the folder as it is from there; any other as it is.
  func relative(_ path: String) -> String {
    let start = folder.hasSuffix("/") ? folder : folder + "/"
    return path.hasPrefix(start) ? String(path.dropFirst(start.count)) : path
  }

  private func expanded(_ path: String) -> String {
    guard let home, path == "~" || path.hasPrefix("~/") else { return path }
    return home + path.dropFirst()
  }

  /// Every file of images, labels and weights that a training of `experiment` reads.
  /// - Throws: `DataError` where there are none; `FileError`.
  func files(of experiment: Experiment) throws -> [String] {
    var files: [String] = []
    if case .files(let images, let labels, _) = experiment.data.origin {
      files += try self.files(images) + self.files(labels, areLabels: true)
    }
    if case .sequence(let images, let labels, _) = experiment.data.holdOut {
      files += try self.files(images) + self.files(labels, areLabels: true)
    }
    return files + (experiment.training.initial.map { [path($0)] } ?? [])
  }

  private func files(_ pattern: String, areLabels: Bool = false) throws -> [String] {
    do { return try NamedFiles.paths(path(pattern), areLabels: areLabels) } catch let error as DataError {
      if pattern.contains("$") || pattern.hasPrefix("~") && expanded(pattern) == pattern {
        let problem = "variables such as $HOME are not expanded; ~ is the home folder, as in ~/data"
        throw DataError(error.file, "\(error.problem): \(problem)")
      }
      guard expanded(pattern) == pattern, !pattern.hasPrefix("/") else { throw error }
      throw DataError(error.file, "\(error.problem), or name the folder of the data", choices: ["data"])
    }
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
