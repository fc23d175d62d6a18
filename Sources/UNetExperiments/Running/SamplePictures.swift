import Foundation
import UNetData
import UNetFiles
import UNetImages
import UNetNumerics
import UNetReports

/// What a training will see, as pictures: `unet augment`.
package struct SamplePictures: Sendable {
  /// Lines about the data, as a training would say them.
  package let notes: [String]
  private let inputs: [String]
  private let sampler, lattice: Sampler
  private let classes: Int
  /// Grey values from black to white, the same in every picture, so that grey changes can be seen.
  private let greys: ClosedRange<Float>
  /// Pixels of the image between two lines of the lattice.
  private static let spacing = 32

  /// The samples of `experiment`.
  /// - Throws: what a training would, before its first step.
  package init(_ experiment: Experiment, root: DataRoot) throws {
    inputs = try root.files(of: experiment)
    let data = try TrainingData(experiment, root: root)
    notes = data.notes
    let network = experiment.network.network
    guard let output = network.output(of: experiment.training.tile).map({ network.extent(of: $0) }) else {
      preconditionFailure("the experiment's tile was checked when it was read")
    }
    classes = experiment.network.classes
    func sampler(_ frames: [PreparedFrame], _ options: AugmentationOptions) throws -> Sampler {
      try Sampler(
        frames: frames, input: experiment.training.tile, output: output,
        seed: UInt64(experiment.training.seed),
        options: options)
    }
    var still = experiment.augmentation
    still.grey = nil
    self.sampler = try sampler(data.training, experiment.augmentation)
    lattice = try sampler(data.training.map { $0.showing(Self.lattice($0.height, $0.width)) }, still)
    let count = Double(data.training.count)
    let mean = data.training.reduce(0) { $0 + $1.mean } / count
    let deviation = data.training.reduce(0) { $0 + $1.deviation } / count
    greys = Float(mean - 2.5 * deviation)...Float(mean + 2.5 * deviation)
  }

  /// Lines of value 1.
  private static func lattice(_ height: Int, _ width: Int) -> [Float] {
    (0..<height * width).map {
      ($0 / width).isMultiple(of: spacing) || ($0 % width).isMultiple(of: spacing) ? 1 : 0
    }
  }

  /// The sheet of a step, the name of its image, and what its weights lie between.
  private func sheet(step: Int) -> (picture: Image, name: String, weights: ClosedRange<Float>) {
    let sample = sampler.sample(step: step)
    let sheet = SampleSheet(sample, lines: lattice.sample(step: step).image, classes: classes, greys: greys)
    return (sheet.picture, sampler.frame(step: step).name, sheet.weights)
  }

  /// The sheets of the first steps.
  package func images(_ count: Int) -> [Image] { (0..<count).map { sheet(step: $0).picture } }

  /// Writes `count` sheets into `folder`, which is made where it is missing.
  /// - Returns: a line for each.
  /// - Throws: `OutputError` where one would replace an image of the experiment, or is there and not to be overwritten;
  ///   `FileError`.
  package func write(_ count: Int, to folder: String, overwrite: Bool) throws -> [String] {
    let paths = (0..<count).map { "\(folder)/sample-\($0).png" }
    try Outputs(of: inputs, overwrite: overwrite).check(paths)
    try Files.makeFolder(folder)
    return try interruptibleMap(Array(paths.enumerated())) { step, path in
      let sheet = sheet(step: step)
      try ImageFile.write([sheet.picture], to: path, replacing: overwrite)
      return path
        + String(
          format: "  %@, weights %.2f to %.2f", sheet.name, sheet.weights.lowerBound, sheet.weights.upperBound
        )
    }
  }

  /// Milliseconds that a thread needs for one sample: the median of 100.
  package func milliseconds() -> Double {
    let times = (0..<100).map { step in
      let start = processorSeconds()
      _ = sampler.sample(step: step)
      return processorSeconds() - start
    }
    return 1000 * times.sorted()[50]
  }
}

/// Seconds that this thread has had a core: other work on the machine does not count.
private func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
