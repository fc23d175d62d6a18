import UNetInterchange
import UNetPrediction

/// A training state in a file: `checkpoint.safetensors`, all that a run needs to go on.
package struct Checkpoint {
  /// Steps done.
  package let step: Int
  /// What `Trainer.state` tells, in the order of files.
  package let state: NamedTensors
  /// The hash of the experiment whose state it is.
  package let experiment: String
  /// What whoever trains wants to find again, by key.
  package let history: [String: String]

  /// A checkpoint of a training after `step` steps.
  package init(step: Int, _ state: NamedTensors, experiment: String, history: [String: String] = [:]) {
    (self.step, self.state, self.experiment, self.history) = (step, state, experiment, history)
  }

  /// Earlier ones have another SHA-256 of their own, or none.
  private static let formats = (1...3).map { "swift-unet checkpoint \($0)" }

  /// Whether a file with these metadata is a checkpoint.
  package static func isFormat(_ metadata: [String: String]) -> Bool {
    formats.contains(metadata["format"] ?? "")
  }

  /// Opens a checkpoint, whose bytes must be those that were written; its tensors are read when they are asked for.
  /// - Throws: `FileError`, `SafetensorsError`, `ModelError` for a file that is something else.
  package static func read(_ path: String) throws -> Checkpoint {
    let (metadata, state) = try Safetensors.open(path)
    guard isFormat(metadata), let step = metadata["step"].flatMap({ Int($0) }), step >= 0 else {
      throw ModelError(path, "is no checkpoint of swift-unet: remove it and start the run anew")
    }
    guard metadata["format"] != formats.last || metadata[Seal.key] != nil else {
      throw SafetensorsError(path, .altered)
    }
    return Checkpoint(step: step, state, experiment: metadata["experiment"] ?? "", history: metadata)
  }

  /// The steps that the checkpoint at `path` has behind it; nil where there is none.
  package static func step(of path: String) -> Int? {
    (try? Safetensors.metadata(path)).flatMap { isFormat($0) ? Int($0["step"] ?? "") : nil }
  }

  /// Writes the file, whole or not at all, one tensor after the other.
  /// - Throws: `FileError`, and the errors of where the tensors lie.
  package func write(to path: String) throws {
    let own = ["format": Checkpoint.formats[2], "step": "\(step)", "experiment": experiment]
    try state.write(to: path, metadata: history.merging(own) { $1 }, sealed: true)
  }
}
