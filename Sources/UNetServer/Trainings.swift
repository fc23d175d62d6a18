import Synchronization
import UNetEvaluation
import UNetExperiments
import UNetFiles
import UNetReports

/// The runs in a folder, as they are at the moment.
final class Trainings: Sendable {
  let folder: String
  /// The logs that were read, which are read again when they have changed.
  private let read = Mutex<[String: (version: Files.Version, rows: [RunLog.Row])]>([:])

  init(folder: String) { self.folder = folder }

  /// What a client is told of a run.
  struct Description: Encodable, Sendable {
    let name: String
    let step: Int
    /// Seconds of training so far.
    let seconds: Double
    let loss: Float?
    /// The figures of the last evaluation, by name.
    let figures: [String: Double]
    let hasModel: Bool
  }

  /// The names of the folders in it that hold runs, and of those in folders of these, such as `folds/fold-1`, in natural order.
  /// - Throws: `FileError`.
  private var names: [String] {
    get throws {
      func runs(_ folder: String, _ deeper: Bool) throws -> [String] {
        let names = try Files.names(in: folder).filter { !$0.hasPrefix(".") && !$0.isInOtherLetters }
        return try names.flatMap { name -> [String] in
          let path = Path.join(folder, name)
          if Files.exists(RunFolder(path).log) { return [name] }
          return deeper && Files.isFolder(path) ? try runs(path, false).map { Path.join(name, $0) } : []
        }
      }
      return Files.isFolder(folder) ? try runs(folder, true).sorted(by: precedes) : []
    }
  }

  /// A name for the next training with corrections.
  /// - Throws: `FileError`.
  var next: String {
    get throws {
      let taken = Set(Files.isFolder(folder) ? try Files.names(in: folder) : [])
      return (1...).lazy.map { "corrected-\($0)" }.first { !taken.contains($0) } ?? "corrected"
    }
  }

  /// All of them, up to 200.
  /// - Throws: `FileError`.
  var descriptions: [Description] {
    get throws { try names.prefix(200).map(description) }
  }

  private func description(_ name: String) -> Description {
    let files = RunFolder(Path.join(folder, name))
    let rows = rows(files)
    let loss = rows.last?.loss
    return Description(
      name: name, step: rows.last?.step ?? 0,
      seconds: rows.last.map(\.seconds).flatMap { $0.isFinite ? $0 : nil } ?? 0,
      loss: loss.flatMap { $0.isFinite ? $0 : nil },
      figures: Self.byName(rows.last { $0.figures != nil }?.figures),
      hasModel: Files.exists(files.model))
  }

  private static func byName(_ evaluation: Evaluation?) -> [String: Double] {
    let shown = (evaluation?.rows ?? []).filter {
      $0.value.isFinite && !$0.figure.isDetail && !$0.figure.isThreshold
    }
    return Dictionary(shown.map { ($0.figure.name, $0.value) }) { $1 }
  }

  /// The curves of a run as SVG; the name is one of the list, never a path.
  /// - Throws: `ServerError`.
  func curve(_ name: String) throws -> String {
    guard let known = try names.first(where: { $0 == name }) else {
      throw ServerError(.notFound, "there is no training '\(name.prefix(100))': GET /api/runs has all")
    }
    return Curve.svg(rows(RunFolder(Path.join(folder, known))), name: known)
  }

  private func rows(_ files: RunFolder) -> [RunLog.Row] {
    guard let version = Files.version(files.log) else { return [] }
    if let known = read.withLock({ $0[files.log] }), known.version == version { return known.rows }
    let rows = RunLog(files.log, figures: [], kept: nil, upTo: .max).rows
    read.withLock { read in
      if read.count >= 1000 { read = [:] }
      read[files.log] = (version, rows)
    }
    return rows
  }
}
