import CUNetVector
import UNetRuntime

// Gradients as the operation before wants them: 0 where its result was rectified away, inside a border of zeros.

extension Bound {
  /// The first element inside a border of `frame` rows and columns.
  func inside(frame: Int) -> UnsafeMutablePointer<Float> { floats + frame * row + frame * pixel }
}

extension UNetConvolution {
  /// Lets `dx`, framed, take the results, and be 0 where `gate` is not positive.
  mutating func write(to dx: Bound, frame: Int, gate: Bound?) {
    (y, yImage, yRow, yPixel) = (dx.inside(frame: frame), dx.image, dx.row, dx.pixel)
    (height, width, outputs) = (dx.shape[1] - 2 * frame, dx.shape[2] - 2 * frame, dx.pixel)
    guard let gate else { return }
    (self.gate, gateImage, gateRow, gatePixel) = (
      UnsafePointer(gate.floats), gate.image, gate.row, gate.pixel
    )
  }
}

extension CPUBackend {
  /// `step` after `frame` rows and columns of zeros have been written around each image of `x`.
  func framing(_ x: Bound, by frame: Int, _ step: @escaping Step) -> Step {
    guard frame > 0 else { return step }
    let (rows, height, border, threads) = (x.shape[0] * x.shape[1], x.shape[1], frame * x.pixel, self.threads)
    return {
      let floats = x.floats
      threads.run(rows: rows, cost: 2 * border) { chunk in
        for row in chunk {
          let start = floats + row * x.row
          guard frame..<height - frame ~= row % height else {
            start.update(repeating: 0, count: x.row)
            continue
          }
          start.update(repeating: 0, count: border)
          (start + x.row - border).update(repeating: 0, count: border)
        }
      }
      try step()
    }
  }
}
