import UNetGraph
import UNetInterchange

/// A training state in a file: `checkpoint.safetensors`, all that a run needs to go on.
///
/// Weights under their names and momentum under `momentum.<name>`, both in the order of files; the step and the
/// experiment's hash in the metadata.
public struct Checkpoint: Sendable, Equatable {
  /// The state.
  public var state: TrainingState
  /// The hash of the experiment whose state it is.
  public var experiment: String

  /// A checkpoint of `state`.
  public init(_ state: TrainingState, experiment: String) {
    (self.state, self.experiment) = (state, experiment)
  }

  private static let format = "swift-unet checkpoint 1"

  /// Reads a checkpoint.
  /// - Throws: `FileError`, `SafetensorsError`, `ModelError` for a file that is something else.
  public static func read(_ path: String) throws -> Checkpoint {
    let file = try Safetensors.read(path)
    guard file.metadata["format"] == format, let step = file.metadata["step"].flatMap({ Int($0) }), step >= 0
    else {
      throw ModelError(path, "is no checkpoint of swift-unet: remove it and start the run anew")
    }
    var state = TrainingState(step: step)
    for (name, tensor) in file.tensors {
      guard name.hasPrefix(momentum) else {
        state.weights[name] = tensor.deviceOrder(of: name)
        continue
      }
      let parameter = String(name.dropFirst(momentum.count))
      state.velocities[parameter] = tensor.deviceOrder(of: parameter)
    }
    return Checkpoint(state, experiment: file.metadata["experiment"] ?? "")
  }

  /// Writes the file, whole or not at all.
  /// - Throws: `FileError`.
  public func write(to path: String) throws { try safetensors.write(to: path) }

  /// The SHA-256 of weights, momentum and nothing else: equal for runs that went the same way.
  public var digest: String { safetensors.digest }

  private static let momentum = "momentum."

  private var safetensors: Safetensors {
    var file = Safetensors(metadata: [
      "format": Checkpoint.format, "step": "\(state.step)", "experiment": experiment,
    ])
    for (name, tensor) in state.weights { file.tensors[name] = tensor.fileOrder(of: name) }
    for (name, tensor) in state.velocities {
      file.tensors[Checkpoint.momentum + name] = tensor.fileOrder(of: name)
    }
    return file
  }
}
