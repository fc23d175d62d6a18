import UNetNumerics

// Samples whose pixels lie between those of the image (section 3.1).
extension Sampler {
  /// The turn and the displacements of a step.
  ///
  /// Number 0 of the step's random numbers is the angle, number 1 the size; the displacements follow from 2 on, row before column, in
  /// reading order of the grid.
  func deformation(top: Int, left: Int, _ symmetry: Symmetry, step: Int) -> Deformation {
    let degrees = options.rotation * (2 * deformations.uniform(step: step, index: 0) - 1)
    let turn = portableCosineAndSine(degrees * 0.017453292519943295)
    let size = self.size(step: step)
    func turned(_ v: SIMD2<Double>) -> SIMD2<Double> {
      size * [turn.cosine * v.x - turn.sine * v.y, turn.sine * v.x + turn.cosine * v.y]
    }
    let steps = symmetry.steps
    let middle = Double(output - 1) / 2
    return Deformation(
      centre: [Double(top) + middle, Double(left) + middle], down: turned(steps.down),
      right: turned(steps.right), vectors: displacements(step: step))
  }

  /// Pixels of the image from one of the tile to the next, its logarithm uniform.
  private func size(step: Int) -> Double {
    guard options.zoom > 0 else { return 1 }
    let power = 2 * deformations.uniform(step: step, index: 1) - 1
    return portableExp(power * portableLog(1 + options.zoom))
  }

  private func displacements(step: Int) -> [SIMD2<Float>] {
    guard let elastic = options.elastic else { return [] }
    func draw(_ index: Int) -> Float {
      Float(elastic.deviation * deformations.gaussian(step: step, index: index))
    }
    return (0..<elastic.grid * elastic.grid).map { [draw(2 + 2 * $0), draw(3 + 2 * $0)] }
  }

  /// The image by cubic convolution; labels and weights of the nearest pixel, at the same places.
  ///
  /// The part of the mirrored image that the tile can reach is cut out first, so that no pixel looks at a border.
  func deformed(_ frame: PreparedFrame, _ deformation: Deformation) -> Sample {
    let (rows, columns) = deformation.bounds(side: input, surface: surface)
    let window = Window(rows: rows, columns: columns, of: frame)
    let planes = (0..<frame.channels).map { window.cut(frame.image, channel: $0, of: frame.channels) }
    let (channels, margin) = (frame.channels, (input - output) / 2)
    var image = [Float](repeating: 0, count: input * input * channels)
    var labels = [Float](repeating: 0, count: output * output)
    var weights = labels
    deformation.forEachRow(side: input, surface: surface, from: (rows.lowerBound, columns.lowerBound)) {
      row, ys, xs in
      for (channel, plane) in planes.enumerated() {
        image.withUnsafeMutableBufferPointer { image in
          let line = UnsafeMutableBufferPointer(rebasing: image[(row * input * channels)...])
          interpolate(plane, stride: columns.count, ys, xs, into: line, channel: channel, of: channels)
        }
      }
      guard margin..<margin + output ~= row else { return }
      let first = (row - margin) * output
      for j in 0..<output {
        let pixel = window.down[Int(ys[margin + j] + 0.5)] + window.across[Int(xs[margin + j] + 0.5)]
        labels[first + j] = frame.classes[pixel]
        weights[first + j] = frame.weights[pixel]
      }
    }
    return Sample(
      image: Tensor([1, input, input, channels], image), labels: Tensor([1, output, output], labels),
      weights: Tensor([1, output, output], weights))
  }

  /// One channel of a row of the tile.
  private func interpolate(
    _ plane: [Float], stride: Int, _ ys: UnsafePointer<Float>, _ xs: UnsafePointer<Float>,
    into line: UnsafeMutableBufferPointer<Float>, channel: Int, of channels: Int
  ) {
    plane.withUnsafeBufferPointer { plane in
      guard let plane = plane.baseAddress else { return }
      for j in 0..<input {
        line[j * channels + channel] = CubicConvolution.value(plane, stride: stride, ys[j], xs[j])
      }
    }
  }
}
