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
  private let input, output, classes: Int
  /// Grey values that become black and white, the same in every picture, so that grey changes can be seen.
  private let black, white: Float
  /// Pixels of the image between two lines of the lattice.
  private static let spacing = 32

  /// The samples of `experiment`.
  /// - Throws: what a training would, before its first step.
  package init(_ experiment: Experiment, root: DataRoot) throws {
    inputs = try root.files(of: experiment)
    let data = try TrainingData(experiment, root: root)
    notes = data.notes
    input = experiment.training.tile
    let network = experiment.network.network
    guard let output = network.output(of: input).map({ network.extent(of: $0) }) else {
      preconditionFailure("the experiment's tile was checked when it was read")
    }
    (self.output, classes) = (output, experiment.network.classes)
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
    (black, white) = (Float(mean - 2.5 * deviation), Float(mean + 2.5 * deviation))
  }

  /// Lines of value 1.
  private static func lattice(_ height: Int, _ width: Int) -> [Float] {
    (0..<height * width).map {
      ($0 / width).isMultiple(of: spacing) || ($0 % width).isMultiple(of: spacing) ? 1 : 0
    }
  }

  /// Four squares side by side: the image; the same with the output's outline and lines that were straight before; labels
  /// (unknown pixels red); weights, the sheet's greatest white.
  package func sheet(step: Int) -> (picture: Image, name: String, weights: ClosedRange<Float>) {
    let sample = sampler.sample(step: step)
    let weights = sample.weights.elements
    let (least, most) = (weights.min() ?? 0, weights.max() ?? 0)
    let image = grey(sample.image)
    let labels = zip(sample.labels.elements, weights).map { label, weight -> [Float] in
      let shade = (255 * label / Float(max(1, classes - 1))).rounded()
      return weight == 0 ? [160, 0, 0] : [shade, shade, shade]
    }
    let heights = weights.map { [Float](repeating: (255 * $0 / max(most, 1e-9)).rounded(), count: 3) }
    let picture = Overlay.beside([image, drawn(over: image, step: step), framed(labels), framed(heights)])
    return (picture, sampler.frame(step: step).name, least...most)
  }

  /// Writes `count` sheets into `folder`, which is made where it is missing.
  /// - Returns: a line for each.
  /// - Throws: `OutputError` where one would replace an image of the experiment, or is there and not to be overwritten;
  ///   `FileError`.
  package func write(_ count: Int, to folder: String, overwrite: Bool) throws -> [String] {
    let paths = (0..<count).map { "\(folder)/sample-\($0).png" }
    try Outputs(of: inputs, overwrite: overwrite).check(paths)
    try Files.makeFolder(folder)
    return try concurrentMap(Array(paths.enumerated())) { step, path in
      let sheet = sheet(step: step)
      try ImageFile.write([sheet.picture], to: path)
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

// MARK: - The squares

extension SamplePictures {
  /// The tile between black and white; the first channel alone unless there are three.
  private func grey(_ tile: Tensor) -> Image {
    let channels = tile.shape[3]
    let pixels = (0..<input * input).flatMap { at in
      (0..<3).map { c in
        let value = tile.elements[at * channels + (channels == 3 ? c : 0)]
        return (255 * min(max((value - black) / max(white - black, 1e-9), 0), 1)).rounded()
      }
    }
    return Image(height: input, width: input, channels: 3, format: .uint8, pixels: pixels)
  }

  /// `image` with yellow lines that are straight in the frame, and a blue line around what is scored.
  private func drawn(over image: Image, step: Int) -> Image {
    var picture = image
    let lines = lattice.sample(step: step).image.elements
    let (first, last) = ((input - output) / 2 - 1, (input + output) / 2)
    for at in lines.indices {
      let (y, x) = (at / input, at % input)
      let isOutline =
        (first...last ~= y && (x == first || x == last)) || (first...last ~= x && (y == first || y == last))
      let colour: [Float] = isOutline ? [64, 160, 255] : [255, 220, 0]
      let share = isOutline ? 1 : min(max(lines[at], 0), 1)
      for c in 0..<3 {
        picture.pixels[3 * at + c] = (share * colour[c] + (1 - share) * image.pixels[3 * at + c]).rounded()
      }
    }
    return picture
  }

  /// Colours of the output's pixels, in the middle of a square of the input's size.
  private func framed(_ colours: [[Float]]) -> Image {
    let margin = (input - output) / 2
    var pixels = [Float](repeating: 96, count: 3 * input * input)
    for (at, colour) in colours.enumerated() {
      let to = 3 * ((at / output + margin) * input + at % output + margin)
      pixels.replaceSubrange(to..<to + 3, with: colour)
    }
    return Image(height: input, width: input, channels: 3, format: .uint8, pixels: pixels)
  }
}

/// Seconds that this thread has had a core: other work on the machine does not count.
private func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
