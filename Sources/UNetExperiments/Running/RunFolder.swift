import UNetConfiguration
import UNetFiles

/// The files of a run: `runs/<name>/`.
package struct RunFolder: Sendable {
  /// The folder.
  package let path: String
  /// The run's files.
  package var experiment: String { "\(path)/experiment.yaml" }
  /// Step, loss, rate, seconds, and held-out figures in their rows.
  package var log: String { "\(path)/log.csv" }
  /// The loss and the held-out figures as curves.
  package var curve: String { "\(path)/curve.svg" }
  /// What `--resume` needs.
  package var checkpoint: String { "\(path)/checkpoint.safetensors" }
  /// What `unet segment` needs.
  package var model: String { "\(path)/model.safetensors" }
  /// What `unet reproduce` notes of a finished training.
  package var record: String { "\(path)/record.json" }

  /// The folder at `path`.
  package init(_ path: String) { self.path = path }

  /// The picture of held-out data after `step` steps.
  package func preview(step: Int) -> String { "\(path)/previews/step-\(step).png" }
  /// The held-out images as predicted in the way called `id`.
  package func predictions(_ id: String) -> String { "\(path)/\(id).tif" }

  /// Whether a run has left a state here.
  package var hasCheckpoint: Bool { Files.exists(checkpoint) }

  /// Makes the folder and its folder of previews, where they are missing.
  /// - Throws: `ConfigurationError`: where a run goes is a part of what was asked for.
  func make() throws {
    do { try Files.makeFolder("\(path)/previews") } catch let error as FileError {
      throw ConfigurationError(path, "cannot be a run's folder: \(error)", choices: error.choices)
    }
  }

  /// Removes what an earlier run left here; other files stay.
  func clear() {
    for file in [experiment, log, curve, checkpoint, model, "\(path)/previews"] { Files.remove(file) }
  }
}
