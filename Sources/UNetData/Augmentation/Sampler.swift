import UNetImages
import UNetNumerics

/// Random tiles, each a function of (seed, step) alone.
package struct Sampler: Sendable {
  private let frames: [PreparedFrame]
  let input, output: Int
  private let stream: RandomStream
  let options: AugmentationOptions
  let surface: DisplacementSurface?
  let deformations, greys: RandomStream

  /// Samples `frames` with network input and output tiles of these sides, in pixels.
  ///
  /// Throws when there is no frame, or frames differ in channels.
  package init(
    frames: [PreparedFrame], input: Int, output: Int, seed: UInt64,
    options: AugmentationOptions = AugmentationOptions()
  ) throws {
    precondition(input >= output && (input - output) % 2 == 0, "a border of whole pixels around the output")
    guard let first = frames.first else { throw DataError("data", "has no image to train on: add some") }
    for frame in frames where frame.channels != first.channels {
      throw DataError(
        frame.name,
        "has \(frame.channels) channels, \(first.name) \(first.channels): give all grey or all colour"
      )
    }
    (self.frames, self.input, self.output) = (frames, input, output)
    (self.options, stream) = (options, RandomStream(seed: seed, stream: RandomUse.sampling))
    surface = options.elastic.map { DisplacementSurface(grid: $0.grid, side: input) }
    deformations = RandomStream(seed: seed, stream: RandomUse.deformation)
    greys = RandomStream(seed: seed, stream: RandomUse.grey)
  }

  /// The sample of a step, counted from 0.
  package func sample(step: Int) -> Sample {
    let frame = self.frame(step: step)
    let top = start(frame.height, step: step, index: 1)
    let left = start(frame.width, step: step, index: 2)
    let symmetry = self.symmetry(step: step)
    let sample =
      options.interpolates
      ? deformed(frame, deformation(top: top, left: left, symmetry, step: step))
      : plain(frame, top: top, left: left, symmetry)
    guard let grey = options.grey else { return sample }
    return sample.changed(grey, of: frame, greys, step: step)
  }

  /// The frame that a step's sample is taken from.
  package func frame(step: Int) -> PreparedFrame {
    frames[stream.integer(below: frames.count, step: step, index: 0)]
  }

  /// Pixels of the image as they are, rearranged.
  private func plain(_ frame: PreparedFrame, top: Int, left: Int, _ symmetry: Symmetry) -> Sample {
    let margin = (input - output) / 2
    let outer = Window(top: top - margin, left: left - margin, side: input, frame: frame, symmetry: symmetry)
    let inner = Window(top: top, left: left, side: output, frame: frame, symmetry: symmetry)
    return Sample(
      image: Tensor([1, input, input, frame.channels], outer.cut(frame.image, channels: frame.channels)),
      labels: Tensor([1, output, output], inner.cut(frame.classes, channels: 1)),
      weights: Tensor([1, output, output], inner.cut(frame.weights, channels: 1)))
  }

  /// Where the output tile begins: inside the image where that is larger, centred where it is smaller.
  private func start(_ length: Int, step: Int, index: Int) -> Int {
    guard length > output else { return -((output - length) / 2) }
    if options.shift { return stream.integer(below: length - output + 1, step: step, index: index) }
    let tile = stream.integer(below: (length + output - 1) / output, step: step, index: index)
    return min(tile * output, length - output)
  }

  private func symmetry(step: Int) -> Symmetry {
    let bits = stream.bits(step: step, index: 3)
    let (a, b, c) = (bits & 1 == 1, bits & 2 == 2, bits & 4 == 4)
    switch (options.flips, options.quarterTurns) {
    case (false, false): return Symmetry(upDown: false, leftRight: false, transposed: false)
    case (true, false): return Symmetry(upDown: a, leftRight: b, transposed: false)
    case (true, true): return Symmetry(upDown: a, leftRight: b, transposed: c)
    // A turn is a transposition with one flip, half a turn both flips.
    case (false, true): return Symmetry(upDown: a, leftRight: a != c, transposed: c)
    }
  }
}
