import UNetConfiguration
import UNetFiles
import UNetReports
import UNetTraining

/// The files of a run: `runs/<name>/`.
package struct RunFolder: Sendable {
  /// The folder.
  package let path: String
  /// The run's files.
  package var experimentFile: String { "\(path)/experiment.yaml" }
  /// Step, loss, rate, seconds, and held-out figures in their rows.
  package var log: String { "\(path)/log.csv" }
  /// The loss and the held-out figures as curves.
  package var curve: String { "\(path)/curve.svg" }
  /// What `--resume` needs.
  package var checkpoint: String { "\(path)/checkpoint.safetensors" }
  /// What `unet segment` needs.
  package var model: String { "\(path)/model.safetensors" }
  /// The same after the step with the best held-out figure, where one is chosen.
  package var bestModel: String { "\(path)/best-model.safetensors" }
  /// What `unet reproduce` notes of a finished training.
  package var record: String { "\(path)/record.json" }

  /// The folder at `path`.
  package init(_ path: String) { self.path = path }

  /// The picture of held-out data after `step` steps.
  package func preview(step: Int) -> String { "\(path)/previews/step-\(step).png" }
  /// The held-out images as predicted in the way that `key` names.
  package func predictions(_ key: String) -> String { "\(path)/predictions-\(key).tif" }

  /// The event files of TensorBoard, where they are wanted.
  package var tensorBoard: String { "\(path)/tensorboard" }

  /// Whether a run has begun here: it leaves a log, then a state, then a model.
  package var holdsRun: Bool { [log, checkpoint, model].contains(where: Files.exists) }

  /// Whether there was a checkpoint, of a training with one every so many steps: it has gone on or ended after it.
  func hadCheckpoint(every steps: Int) -> Bool {
    let last = (try? TextFile.read(log))?.split(separator: "\n").last
    return [model, curve].contains(where: Files.exists)
      || last?.split(separator: ",").first.flatMap { Int($0) }.map { $0 > steps } == true
  }

  /// Whether `file` names the experiment in the folder, and not one that a link there leads to.
  func isExperiment(_ file: String) -> Bool {
    Path.join(Path.real(Path.folder(of: file)), Path.name(file))
      == Path.join(Path.real(path), Path.name(experimentFile))
  }

  /// Whether there is the folder of pictures, and nothing in it.
  var hasNoPictures: Bool { (try? Files.names(in: "\(path)/previews"))?.isEmpty == true }

  /// The steps behind a training that has left a checkpoint and, as it did not end, no model.
  package var stepWithoutModel: Int? { Files.exists(model) ? nil : Checkpoint.step(of: checkpoint) }

  private var named: [String] { [experimentFile, log, curve, checkpoint, model, bestModel] }

  /// What a training leaves here: these files, and the pictures that are there.
  package var files: [String] {
    let previews = (try? Files.names(in: "\(path)/previews")) ?? []
    return named
      + previews.filter { $0.hasPrefix("step-") && $0.hasSuffix(".png") }.map { "\(path)/previews/\($0)" }
      + TensorBoardLog.names(in: tensorBoard).map { "\(tensorBoard)/\($0)" }
  }

  /// Makes the folder and its folder of previews, where they are missing, and makes sure that files can be written there.
  /// - Throws: `ConfigurationError`: where a run goes is a part of what was asked for; `FileError` of the disk.
  func make() throws {
    try asked {
      try Files.makeFolder("\(path)/previews")
      for file in named + [preview(step: 0)] { try AtomicFile.check(file) }
    }
    // A link is followed, but not into another run.
    for file in named + ["\(path)/previews", tensorBoard] {
      let other = RunFolder(Path.folder(of: Path.real(Path.followed(file))))
      guard other.holdsRun, other.path != Path.real(path) else { continue }
      throw ConfigurationError(
        file, "leads to a file of the run in \(other.path), which would be replaced: remove the link",
        choices: ["output"])
    }
  }

  /// Keeps other processes out of the folder, which must be there, for as long as the result lives.
  /// - Throws: As `make()`; `FolderInUse`.
  func locked() throws -> FolderLock { try asked { try FolderLock(path) } }

  private func asked<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as FileError where !error.isOfTheSystem {
      throw ConfigurationError(path, "cannot be a run's folder: \(error)", choices: error.choices)
    }
  }

  /// Removes the hidden files (`PartialFile`) of a run that was killed while it gave them their names; the folder must be locked.
  func removeLeftovers() {
    let starts = named.map { ".\(Path.name($0))." } + [".step-"]
    for folder in [path, "\(path)/previews"] {
      for name in (try? Files.names(in: folder)) ?? [] where name.hasSuffix(".partial") {
        if starts.contains(where: name.hasPrefix) { Files.remove(Path.join(folder, name)) }
      }
    }
  }

  /// Removes what an earlier run left here, but for the experiment, which is replaced; other files stay, and so do links, whose
  /// files are removed.
  func clear() { for file in files where file != experimentFile { Files.remove(Path.followed(file)) } }
}
