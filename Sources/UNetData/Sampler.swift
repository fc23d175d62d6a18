import UNetGraph

/// One step's input and target.
public struct Sample: Sendable, Equatable {
  /// Grey values, `[1, H, W, C]`, H = W = the input tile's side.
  public let image: Tensor
  /// Class numbers, `[1, h, w]`, h = w = the output tile's side.
  public let labels: Tensor
  /// Weights, `[1, h, w]`; 0 where the label is unknown.
  public let weights: Tensor

  /// A sample of these tensors.
  public init(image: Tensor, labels: Tensor, weights: Tensor) {
    (self.image, self.labels, self.weights) = (image, labels, weights)
  }
}

/// Which changes of position a sample may undergo (section 3.1).
public struct SamplingOptions: Sendable, Equatable {
  /// Any position inside the image; without it only those of the abutting tiles that cover the image.
  public var shift: Bool
  /// Mirrored up-down and left-right, each half of the time.
  public var flips: Bool
  /// Turned by 90 degrees half of the time, both ways equally; with flips any of the 8 symmetries of the square.
  public var quarterTurns: Bool

  /// Everything, unless said otherwise.
  public init(shift: Bool = true, flips: Bool = true, quarterTurns: Bool = true) {
    (self.shift, self.flips, self.quarterTurns) = (shift, flips, quarterTurns)
  }

  /// `augmentation: none`: an image of the output tile's size is always itself; a larger one gives random tiles.
  public static let none = SamplingOptions(shift: false, flips: false, quarterTurns: false)
}

/// Random tiles, each a function of (seed, step) alone.
public struct Sampler: Sendable {
  private let frames: [PreparedFrame]
  private let input, output: Int
  private let stream: RandomStream
  private let options: SamplingOptions

  /// Samples `frames` with network input and output tiles of these sides, in pixels.
  ///
  /// Throws when there is no frame, or frames differ in channels.
  public init(
    frames: [PreparedFrame], input: Int, output: Int, seed: UInt64,
    options: SamplingOptions = SamplingOptions()
  ) throws {
    precondition(input >= output && (input - output) % 2 == 0, "a border of whole pixels around the output")
    guard let first = frames.first else { throw DataError("data", "has no frame to train on") }
    for frame in frames where frame.channels != first.channels {
      throw DataError(
        frame.name, "has \(frame.channels) channels, \(first.name) \(first.channels): give images of one kind"
      )
    }
    (self.frames, self.input, self.output) = (frames, input, output)
    (self.options, stream) = (options, RandomStream(seed: seed, stream: RandomUse.sampling))
  }

  /// The sample of a step, counted from 0.
  public func sample(step: Int) -> Sample {
    let frame = frames[stream.integer(below: frames.count, step: step, index: 0)]
    let top = start(frame.height, step: step, index: 1)
    let left = start(frame.width, step: step, index: 2)
    let symmetry = self.symmetry(step: step)
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

/// One of the 8 symmetries of the square: transposed, then mirrored.
private struct Symmetry {
  let upDown, leftRight, transposed: Bool
}

/// A square of a mirrored image, under a symmetry.
private struct Window {
  /// The image's offsets, in pixels, that the tile's rows and columns add up to.
  private let down, across: [Int]

  init(top: Int, left: Int, side: Int, frame: PreparedFrame, symmetry: Symmetry) {
    var rows = (0..<side).map { mirrored(top + $0, frame.height) * frame.width }
    var columns = (0..<side).map { mirrored(left + $0, frame.width) }
    if symmetry.transposed { swap(&rows, &columns) }
    down = symmetry.upDown ? rows.reversed() : rows
    across = symmetry.leftRight ? columns.reversed() : columns
  }

  /// The window's part of `plane` `[H, W, channels]`.
  func cut(_ plane: [Float], channels: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: down.count * across.count * channels) { tile, filled in
      plane.withUnsafeBufferPointer { plane in
        for row in down {
          for column in across {
            let from = (row + column) * channels
            for channel in 0..<channels { tile[filled + channel] = plane[from + channel] }
            filled += channels
          }
        }
      }
    }
  }
}
