import UNetConfiguration
import UNetEvaluation
import UNetExperiments
import UNetFiles
import UNetPrediction
import UNetReports

/// What a run's folder tells of itself.
package struct RunSummary: Sendable {
  /// The folder, and the experiment that was trained.
  package let folder: String
  package let experiment: Experiment
  /// Loss, rate and figures by step.
  package let rows: [RunLog.Row]
  /// The model's file; nil while there is none.
  package let model: String?
  /// Facts for people: what, and its value.
  package let facts: [(name: String, value: String)]

  /// The run in `folder`.
  /// - Throws: `ConfigurationError` where it holds none; `FileError`, `ModelError`.
  package init(_ folder: String) throws {
    let files = RunFolder(folder)
    guard Files.isFolder(folder), Files.exists(files.log), Files.exists(files.experimentFile) else {
      throw ConfigurationError(
        folder,
        Files.exists(folder)
          ? "holds no run: give a folder that `unet train` has filled, such as runs/cells"
          : "does not exist: check the name")
    }
    (self.folder, experiment) = (folder, try Experiment.load(files.experimentFile))
    rows = RunLog(files.log, figures: [], kept: nil, upTo: .max).rows
    let seconds = rows.last?.seconds ?? 0
    var facts = [
      ("folder", folder), ("experiment (SHA-256)", String(experiment.hash.prefix(12))),
      (
        "network",
        "\(experiment.network.network.variant), \(experiment.network.network.summary), width \(experiment.network.network.width)"
      ),
      ("steps", "\(rows.last?.step ?? 0) of \(experiment.training.steps)"),
      ("time", Self.duration(seconds)),
    ]
    if seconds > 0, let last = rows.last {
      facts.append(("steps a second", decimal(Double(last.step) / seconds, 2)))
    }
    guard Files.exists(files.model) else {
      (model, self.facts) = (nil, facts + [("model", "none yet")])
      return
    }
    let model = try Model.read(files.model)
    facts += [
      ("threshold", "\(model.threshold)"),
      ("model (SHA-256 of the file)", String(try Digest.sha256(ofFile: files.model).prefix(12))),
    ]
    if let images = model.training["training.images"]?.split(separator: " ") {
      facts.append(
        (
          "images learnt from",
          "\(images.count), digest \(Digest.sha256(images.joined(separator: " ")).prefix(12))"
        ))
    }
    if let changes = model.training["training.changes"] { facts.append(("changed on the way", changes)) }
    (self.model, self.facts) = (files.model, facts)
  }

  /// The files of a run in `folder`, which a page about it never replaces.
  package static func files(_ folder: String) -> [String] {
    let files = RunFolder(folder)
    let predictions = ((try? Files.names(in: folder)) ?? []).filter { $0.hasPrefix("predictions-") }
    return files.files + [files.record] + predictions.map { Path.join(folder, $0) }
  }

  /// The name by which it is told apart: that of its folder.
  package var name: String { Path.name(Path.real(folder)) }

  /// The last picture of held-out images that the training left.
  var preview: String? {
    let folder = "\(self.folder)/previews"
    let steps = ((try? Files.names(in: folder)) ?? []).compactMap { name in
      name.hasPrefix("step-") && name.hasSuffix(".png") ? Int(name.dropFirst(5).dropLast(4)) : nil
    }
    return steps.max().map { "\(folder)/step-\($0).png" }
  }

  /// The figures of the last evaluation.
  var figures: Evaluation? { rows.last { $0.figures != nil }?.figures }

  private static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    let parts = [(whole / 3600, "h"), (whole / 60 % 60, "min"), (whole % 60, "s")].drop { $0.0 == 0 }
    return parts.isEmpty ? "0 s" : parts.map { "\($0) \($1)" }.joined(separator: " ")
  }
}
