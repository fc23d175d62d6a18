import Foundation
import UNetFiles
import UNetNumerics

/// What is compared, and how its numbers are understood: figures mean nothing without it.
package struct JudgedFiles: Sendable, Equatable, Encodable {
  /// Truth or prediction.
  package struct Side: Sendable, Equatable, Encodable {
    /// As it was named.
    package let path: String
    /// What its numbers mean, and what says so.
    package let kind: String, reason: String
  }

  /// The files of predictions that have a truth, and their images.
  package let files: Int, pages: Int
  package let truth: Side, prediction: Side

  init(pairs: Int, pages: Int, truth: Side, prediction: Side) {
    (files, self.pages, self.truth, self.prediction) = (pairs, pages, truth, prediction)
  }

  /// Lines above a table; `#` sets them apart from its rows.
  package var lines: String {
    let size = "\(counted(files, "file")), \(counted(pages, "page"))"
    return """
      # judged: \(size)
      # truth: \(Path.shown(truth.path)): \(truth.kind) (\(truth.reason))
      # prediction: \(Path.shown(prediction.path)): \(prediction.kind) (\(prediction.reason))

      """
  }

  /// Beside the figures, an object in JSON.
  package func json(with evaluation: Evaluation) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let own = "\"judged\": \(String(decoding: try encoder.encode(self), as: UTF8.self))"
    return "{\n\(([own] + evaluation.fields).map { "  \($0)" }.joined(separator: ",\n"))\n}\n"
  }
}
