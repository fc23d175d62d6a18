import UNetConfiguration
import UNetExperiments
import UNetFiles
import UNetNumerics
import UNetPrediction
import UNetRuntime
import UNetVersion
import UNetWork

extension Reproduction {
  /// Trains, unless that is done, and predicts what is held out in every way that rows ask for.
  func run<B: Backend>(
    _ training: Training, _ images: KnownImages, on backend: B, _ observer: WorkObserver<TrainingRun.Event>
  ) throws {
    let files = runFolder(training)
    let identity = images.identity(of: training.experiment)?.all
    var record = try record(of: training) ?? trained(training, on: backend, observer)
    guard record.images == nil || record.images == identity else {
      throw ConfigurationError(
        files.path,
        "has learnt from other images or labels than are there now: remove it, or train in another folder",
        choices: ["runs"])
    }
    guard record.failure == nil else { return observer.logger.info("it has diverged") }
    for prediction in training.predictions {
      let held = HeldOutPrediction(
        try training.predicting(prediction), windows: prediction.windows, in: files)
      guard !record.has(held) else { continue }
      guard record.model == nil || (try? Digest.sha256(ofFile: files.model)) == record.model else {
        throw ConfigurationError(
          files.path, "has another model than its training left: remove the folder, or train in another",
          choices: ["runs"])
      }
      record.predictionSeconds[held.key] = try held.write(
        Model.read(files.model), root: root, on: backend, isCancelled: observer.isCancelled)
      record.predictions = record.predictions ?? [:]
      record.predictions?[held.key] = try Digest.sha256(ofFile: held.file)
      try record.write(to: files.record)
    }
  }

  /// Trains, and notes what came of it.  A training that diverges ends itself, not the others.
  private func trained<B: Backend>(
    _ training: Training, on backend: B, _ observer: WorkObserver<TrainingRun.Event>
  ) throws -> RunRecord {
    let (experiment, files) = (training.experiment, runFolder(training))
    let run = TrainingRun(experiment, root: root, folder: files.path, resume: files.holdsRun)
    let images = try TrainingData.identity(of: experiment, root: root).all
    var record = RunRecord(
      experiment: experiment.hashOfWeights, state: "", steps: experiment.training.steps, seconds: 0,
      device: backend.name, commit: Version.commit(), images: images)
    do {
      let outcome = try run.run(on: backend, observer: observer)
      (record.state, record.seconds) = (outcome.digest, outcome.seconds)
      record.model = try Digest.sha256(ofFile: files.model)
    } catch let error as Divergence {
      observer.logger.warning("\(error)")
      record.failure = "diverged"
    } catch let error as ConfigurationError where error.choices.contains("output") {
      throw ConfigurationError(error.place, error.problem, choices: ["runs"])
    }
    guard try TrainingData.identity(of: experiment, root: root).all == images else {
      throw ConfigurationError(
        files.path, "its images or labels have changed while it was trained: remove it, and begin anew",
        choices: ["runs"])
    }
    try record.write(to: files.record)
    return record
  }
}
