import UNetInterchange
import UNetPrediction

/// A training state in a file: `checkpoint.safetensors`, all that a run needs to go on.
package struct Checkpoint {
  /// Steps done.
  package let step: Int
  /// What `Trainer.state` tells, in the order of files.
  package let state: NamedTensors
  /// The hash of the experiment whose state it is.
  package let experimentHash: String
  /// What whoever trains wants to find again, by key.
  package let history: [String: String]

  /// A checkpoint of a training after `step` steps.
  package init(step: Int, _ state: NamedTensors, experimentHash: String, history: [String: String] = [:]) {
    (self.step, self.state, self.experimentHash, self.history) = (step, state, experimentHash, history)
  }

  private static let format = "swift-unet checkpoint 3"
  /// Those of earlier versions have another SHA-256 of their own, or none.
  private static let formats = ["swift-unet checkpoint 1", "swift-unet checkpoint 2", format]
  /// The keys of a checkpoint's own metadata.
  private static let keys = ["format", "step", "experiment", Seal.key]

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
    guard metadata["format"] != format || metadata[Seal.key] != nil else {
      throw SafetensorsError(path, .altered)
    }
    return Checkpoint(
      step: step, state, experimentHash: metadata["experiment"] ?? "",
      history: metadata.filter { !keys.contains($0.key) })
  }

  /// The steps that the checkpoint at `path` has behind it; nil where there is none.
  package static func step(of path: String) -> Int? {
    (try? Safetensors.metadata(path)).flatMap { isFormat($0) ? Int($0["step"] ?? "") : nil }
  }

  /// Writes the file, whole or not at all, one tensor after the other.
  /// - Throws: `FileError`, and the errors of where the tensors lie.
  package func write(to path: String) throws {
    let own = ["format": Checkpoint.format, "step": "\(step)", "experiment": experimentHash]
    try state.write(to: path, metadata: history.merging(own) { $1 }, sealed: true)
  }
}
