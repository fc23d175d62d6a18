import UNetConfiguration
import UNetData
import UNetExperiments
import UNetImages
import UNetNumerics
import UNetRuntime
import UNetTraining
import UNetWork

/// Plans a training: looks at the images, tries steps on the device, and chooses what fits a time.
package struct Planner {
  private let root: DataRoot
  private let minutes: Double
  private let observer: WorkObserver<Never>

  /// Plans for so many minutes; paths in the experiment start from `root`.
  package init(root: DataRoot, minutes: Double, observer: WorkObserver<Never> = .init()) {
    (self.root, self.minutes, self.observer) = (root, minutes, observer)
  }

  /// What a plan will take.
  package struct Cost: Sendable {
    /// Seconds of a step, and of an evaluation of the held-out images.
    package let step: Double, evaluation: Double
    /// How often an image is segmented at the end.
    let versions: Int
    /// Bytes on the device.
    package let bytes: Int

    /// Seconds of a training of so many steps.
    package func seconds(steps: Int) -> Double {
      Double(steps) * step + Double(TrainingPlan.evaluations - 1 + versions) * evaluation
    }

    /// The steps that fit so many seconds.
    func steps(in seconds: Double) -> Int {
      max(0, Int((seconds - self.seconds(steps: 0)) / step))
    }
  }

  /// The plan for these images on `backend`, and what it will take.
  /// - Throws: `ConfigurationError` where the time or the memory is too short; `DataError`; the backend's errors.
  package func plan<B: Backend>(_ facts: DataFacts, name: String, path: (String) -> String, on backend: B)
    throws
    -> (plan: TrainingPlan, cost: Cost)
  {
    var plan = TrainingPlan(facts, name: name, path: path)
    let data = try images(for: &plan)
    // A network may need more memory than there is: a narrower one is tried.
    var found = try tried(plan, data, on: backend)
    if found == nil { plan.width = 8 }
    var cost = try found ?? measure(plan, data, on: backend)
    var steps = cost.steps(in: 60 * minutes)
    // In an equal time a narrow network with many steps came further than a wide one with few (Experiments/results/table1-quick-choices.md).
    while plan.width < 64, steps >= 4 * Self.manySteps {
      var wider = plan
      wider.width *= 2
      found = try tried(wider, data, on: backend)
      guard let found, found.steps(in: 60 * minutes) >= Self.manySteps else { break }
      (plan, cost, steps) = (wider, found, found.steps(in: 60 * minutes))
    }
    if steps < Self.fewSteps, plan.width > 8 {
      var narrower = plan
      narrower.width = 8
      let found = try measure(narrower, data, on: backend)
      (plan, cost, steps) = (narrower, found, found.steps(in: 60 * minutes))
    }
    guard steps >= 100 else {
      let least = Int((cost.seconds(steps: Self.fewSteps) / 60).rounded(.up))
      throw ConfigurationError(
        name,
        "\(minutes) minutes are \(steps) steps on \(backend.name), too few to learn anything: give \(least) or more",
        choices: ["minutes"])
    }
    plan.steps = min(Self.mostSteps, rounded(steps))
    let milliseconds = Int((1000 * cost.step).rounded())
    plan.measured = "a step of width \(plan.width) takes \(milliseconds) ms here"
    return (plan, cost)
  }

  /// So many steps are worth more than a wider network; a training of fewer than the second comes to nothing; more than the
  /// third are the paper's and more.
  private static var manySteps: Int { 5000 }
  private static var fewSteps: Int { 500 }
  private static var mostSteps: Int { TrainingPlan.mostSteps }

  /// Two digits, downwards.
  private func rounded(_ steps: Int) -> Int {
    var unit = 1
    while steps / unit >= 100 { unit *= 10 }
    return steps / unit * unit
  }

  /// The images as `plan` has them, at the lowest resolution that it allows and at which no cell vanishes.
  private func images(for plan: inout TrainingPlan) throws -> TrainingData {
    while true {
      do { return try TrainingData(plan.experiment(), root: root) } catch let error as DataError {
        guard plan.scale < 1 else { throw error }
        plan.leastScale = 2 * plan.scale
      }
    }
  }

  /// What `plan` costs; nil where it cannot be run.
  private func tried<B: Backend>(_ plan: TrainingPlan, _ data: TrainingData, on backend: B) throws -> Cost? {
    do { return try measure(plan, data, on: backend) } catch let error {
      if error is Interrupted || error is CancellationError { throw error }
      return nil
    }
  }

  /// Tries some steps and an evaluation.
  private func measure<B: Backend>(_ plan: TrainingPlan, _ data: TrainingData, on backend: B) throws -> Cost {
    var experiment = try plan.experiment()
    experiment.network.channels = data.experiment.network.channels
    let network = experiment.network.network
    observer.logger.info("trying width \(plan.width) on \(backend.name)")
    let before = backend.allocatedBytes
    let trainer = try Trainer(experiment, on: backend)
    let sampler = try Sampler(
      frames: data.training, input: trainer.sides.input, output: network.extent(of: trainer.sides.output),
      seed: 1, options: experiment.augmentation)
    let samples = Prefetch(0..<Int.max) { sampler.sample(step: $0).strided(by: network.stride) }
    defer { samples.stop() }
    var throttle = HostThrottle()
    func run(atLeast steps: Int, seconds: Double) throws -> Double {
      let start = ContinuousClock.now
      var count = 0
      while count < steps || (ContinuousClock.now - start) / .seconds(1) < seconds {
        guard !observer.isCancelled() else { throw Interrupted("interrupted while trying steps") }
        try trainer.step(on: samples.next(), .init(rate: 0.001, momentum: 0.9))
        try throttle.wait(for: trainer)
        count += 1
      }
      try trainer.wait()
      return (ContinuousClock.now - start) / .seconds(1) / Double(count)
    }
    // The first compile kernels, and a processor takes a moment to be as fast as it is.
    _ = try run(atLeast: 2, seconds: 1)
    let step = try run(atLeast: 5, seconds: 4)
    var (evaluation, bytes) = (0.0, backend.allocatedBytes - before)
    if !data.heldOut.isEmpty {
      let pass = try ValidationPass(
        experiment, frames: data.heldOut, parameters: trainer.parameters, on: backend)
      let start = ContinuousClock.now
      _ = try pass.run(averaged: false)
      evaluation = (ContinuousClock.now - start) / .seconds(1)
      bytes = backend.allocatedBytes - before
    }
    return Cost(
      step: step, evaluation: evaluation, versions: experiment.prediction.averaging.passes,
      bytes: bytes)
  }
}
