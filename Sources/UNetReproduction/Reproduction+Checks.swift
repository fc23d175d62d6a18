import UNetConfiguration
import UNetExperiments
import UNetFiles
import UNetWork

extension Reproduction {
  /// What trainings read, for each way to name and divide images and each start (`TrainingData.identity`).
  typealias KnownImages = [(
    data: Experiment.DataSettings, initial: String?, identity: TrainingData.Identity
  )]

  /// Every experiment can be read, every image is the published one, and the images can be divided, before the first step.
  func check(_ observer: WorkObserver<TrainingRun.Event>) throws -> KnownImages {
    let experiments = try plan.rows.flatMap { row in try row.folds.map { try row.experiment($0, seed: 1) } }
    if plan.isPinned {
      let prefixes = experiments.compactMap { experiment -> String? in
        guard case .files(let images, _, _) = experiment.data.origin else { return nil }
        return images.split(separator: "/").dropLast().joined(separator: "/")
      }
      if !prefixes.isEmpty { try PinnedData().check(Set(prefixes), root: root) }
    }
    var known: KnownImages = []
    for experiment in experiments where known.identity(of: experiment) == nil {
      known.append(
        (
          experiment.data, experiment.training.initial,
          try TrainingData.identity(of: experiment, root: root)
        ))
    }
    try checkHeldOut(known, observer)
    return known
  }

  /// The answers to a question are judged on the same images, and no image in two parts.
  private func checkHeldOut(_ known: KnownImages, _ observer: WorkObserver<TrainingRun.Event>) throws {
    var first: [String: (row: ReproductionPlan.Row, images: [[String]])] = [:]
    for row in plan.rows {
      let images = try row.folds.map {
        known.identity(of: try row.experiment($0, seed: 1))?.heldOut ?? []
      }
      if let question = row.question {
        if let first = first[question], first.images != images {
          throw ConfigurationError(
            row.path,
            "question '\(question)': '\(row.name)' would be judged on other images than '\(first.row.name)': hold out and leave "
              + "out the same in all answers")
        }
        first[question] = first[question] ?? (row, images)
      }
      var parts: [String: String] = [:]
      for (fold, image) in zip(row.folds, images).flatMap({ fold, images in images.map { (fold, $0) } }) {
        guard let other = parts.updateValue(fold.name, forKey: image), other != fold.name else { continue }
        observer.logger.warning(
          "parts \(other) and \(fold.name) hold out an image that is the same: it counts twice, and a threshold that one part chooses has seen the other"
        )
        break
      }
    }
  }
}

extension [(data: Experiment.DataSettings, initial: String?, identity: TrainingData.Identity)] {
  /// What a training of the experiment reads.
  func identity(of experiment: Experiment) -> TrainingData.Identity? {
    first { $0.data == experiment.data && $0.initial == experiment.training.initial }?.identity
  }
}
