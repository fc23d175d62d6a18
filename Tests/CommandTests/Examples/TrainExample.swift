import SwiftUNet

// The code of the article "Train on your images" and of the README, which `ArticleTests` compares with the text there.

/// What the README's example leaves: what the training came to, and the number of cells in each page of the images.
func trainAndCount(cells: String, runs: String, images: String) throws -> (TrainingRun.Outcome, [Int]) {
  let device = try DeviceRegistry().open()
  let experiment = try Experiment.load("\(cells)/experiment.yaml")
  let run = TrainingRun(experiment, data: cells, folder: "\(runs)/cells", overwrite: true)
  let outcome = try run.run(on: device)
  let segmenter = try Segmenter(Model.read(outcome.model), on: device)
  let counts = try ImageFile.read(images).map { try segmenter.segment($0).instances().count }
  return (outcome, counts)
}

/// The article's training.
func trainWatched(
  cells: String, runs: String, cache: String, logger: Logger, isCancelled: @escaping @Sendable () -> Bool
) throws -> TrainingRun.Outcome {
  let experiment = try Experiment.load("\(cells)/experiment.yaml", overrides: ["training.steps=12"])
  let settings = DeviceSettings(kernelCache: cache)
  let device = try DeviceRegistry(settings: settings, logger: logger).open(experiment.device)
  let observer = WorkObserver<TrainingRun.Event>(logger: logger, isCancelled: isCancelled) { event in
    switch event {
    case .steps(let step, let steps, let loss): print("step \(step) of \(steps): loss \(loss)")
    }
  }
  let run = TrainingRun(experiment, data: cells, folder: "\(runs)/cells", resume: true)
  let outcome = try run.run(on: device, observer: observer)
  return outcome
}

/// The article's sample.
func sample(_ grey: [Float], classes: [Float]) throws -> Sample {
  let sample = try Sample(
    image: Tensor(shape: [1, 60, 60, 1], elements: grey),
    labels: Tensor(shape: [1, 44, 44], elements: classes),
    weights: Tensor(shape: [1, 44, 44], elements: [Float](repeating: 1, count: 44 * 44)))
  return sample
}

/// The article's training on arrays.
func trainInMemory(_ samples: [Sample], on device: AnyBackend) throws -> (losses: [Float], model: Model) {
  let text = """
    name: in-memory
    network: {levels: 2, width: 8}
    training: {tile: 60, seed: 7}
    """
  let experiment = try Experiment(yaml: text, file: "in-memory")
  let trainer = try Trainer(experiment, on: device)
  var losses: [Float] = []
  for sample in samples {
    try trainer.step(on: sample, .init(rate: 0.01, momentum: 0.9))
    losses.append(try trainer.meanLoss())
  }
  let model = experiment.model(of: trainer)
  return (losses, model)
}
