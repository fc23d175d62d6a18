import UNetNumerics

/// How a side of `length` pixels is called at another resolution: the nearest whole number, at least 1.
package func rescaled(_ length: Int, by scale: Double) -> Int {
  max(1, Int((Double(length) * scale).rounded()))
}

extension Image {
  /// The picture at `scale` times its resolution, grey values as floats; itself for 1.
  ///
  /// Shrunk, a pixel is the mean over the area that it covers, so that nothing finer than a pixel is left to alias;
  /// enlarged, cubic convolution.  `scale` > 0.
  package func rescaled(by scale: Double) -> Image {
    guard scale != 1 else { return self }
    let size = (height: UNetImages.rescaled(height, by: scale), width: UNetImages.rescaled(width, by: scale))
    let grey = resampled(
      pixels, LineResampling(from: height, to: size.height, enlarging: .cubic),
      LineResampling(from: width, to: size.width, enlarging: .cubic), channels: channels)
    return Image(
      height: size.height, width: size.width, channels: channels, format: .float32, pixels: grey)
  }
}

/// The old pixel, of `length`, in which the centre of each new one lies.
private func centres(of length: Int, at count: Int) -> [Int] {
  (0..<count).map { (2 * $0 + 1) * length / (2 * count) }
}

extension LabelImage {
  /// Labels at `scale` times their resolution: each pixel has the label at its centre.
  package func rescaled(by scale: Double) -> LabelImage {
    guard scale != 1 else { return self }
    let size = (height: UNetImages.rescaled(height, by: scale), width: UNetImages.rescaled(width, by: scale))
    let columns = centres(of: width, at: size.width)
    return LabelImage(
      height: size.height, width: size.width,
      numbers: centres(of: height, at: size.height).flatMap { y in columns.map { numbers[y * width + $0] } })
  }
}

extension Tensor {
  /// These values of pixels `[H, W, C]`, such as probabilities, for a picture of another size: linear between the
  /// pixels' centres where it is larger, the mean over a pixel's area where it is smaller.
  package func resized(height: Int, width: Int) -> Tensor {
    guard (shape[0], shape[1]) != (height, width) else { return self }
    let values = resampled(
      elements, LineResampling(from: shape[0], to: height, enlarging: .linear),
      LineResampling(from: shape[1], to: width, enlarging: .linear), channels: shape[2])
    return Tensor([height, width, shape[2]], values)
  }
}

/// The weights of the values at -1, 0, 1 and 2 for a place `t` in 0...1: cubic convolution with a = -1/2 (R. Keys, IEEE
/// Transactions on Acoustics, Speech and Signal Processing 29, 1981), in double precision.
package func cubicWeights(_ t: Double) -> SIMD4<Double> {
  let cubic = SIMD4(-0.5, 1.5, -1.5, 0.5), square = SIMD4(1, -2.5, 2, -0.5), linear = SIMD4(-0.5, 0, 0.5, 0)
  return ((cubic * t + square) * t + linear) * t + SIMD4(0, 1, 0, 0)
}

/// What the pixels of a line are made of at another length: `taps` old pixels each, with shares that add up to 1.
///
/// Pixel i of n covers the line from i/n to (i+1)/n, at either length.  Places are whole numbers of 1/(2n) of a pixel,
/// so that no rounding decides which pixels count.
private struct LineResampling {
  /// What stands between pixels of a line that grows.
  enum Enlarging { case linear, cubic }

  /// Pixels of the old line.
  let length: Int
  let taps: Int
  /// `taps` places and shares for each new pixel; what lies beyond the line is mirrored.
  private(set) var places: [Int] = []
  private(set) var shares: [Double] = []

  var count: Int { places.count / taps }

  init(from length: Int, to count: Int, enlarging: Enlarging) {
    self.length = length
    guard count > length else {
      taps = (length + count - 1) / count + 1
      for i in 0..<count { cover(i, of: count) }
      return
    }
    taps = enlarging == .cubic ? 4 : 2
    for i in 0..<count {
      let position = (2 * i + 1) * length - count
      let below = Int((Double(position) / Double(2 * count)).rounded(.down))
      let t = Double(position - below * 2 * count) / Double(2 * count)
      switch enlarging {
      case .linear:
        places += [below, below + 1].map { mirrored($0, length) }
        shares += [1 - t, t]
      case .cubic:
        let weights = cubicWeights(t)
        places += (below - 1...below + 2).map { mirrored($0, length) }
        shares += (0..<4).map { weights[$0] }
      }
    }
  }

  /// The old pixels under new pixel `i`, each with the part of it that it covers.
  private mutating func cover(_ i: Int, of count: Int) {
    let (begin, end) = (i * length, (i + 1) * length)
    for j in begin / count..<begin / count + taps {
      let overlap = min(end, (j + 1) * count) - max(begin, j * count)
      places.append(min(j, length - 1))
      shares.append(max(0, Double(overlap)) / Double(length))
    }
  }
}

/// `x [H, W, channels]` at the lengths of `rows` and `columns`; each value is rounded once, from double precision.
private func resampled(_ x: [Float], _ rows: LineResampling, _ columns: LineResampling, channels: Int)
  -> [Float]
{
  let line = x.count / rows.length
  return [Float](unsafeUninitializedCapacity: rows.count * columns.count * channels) { result, filled in
    x.withUnsafeBufferPointer { x in
      for y in 0..<rows.count {
        var sum = [Double](repeating: 0, count: line)
        for tap in y * rows.taps..<(y + 1) * rows.taps {
          let (from, share) = (rows.places[tap] * line, rows.shares[tap])
          for at in 0..<line { sum[at] += share * Double(x[from + at]) }
        }
        for column in 0..<columns.count {
          for channel in 0..<channels {
            var value = 0.0
            for tap in column * columns.taps..<(column + 1) * columns.taps {
              value += columns.shares[tap] * sum[columns.places[tap] * channels + channel]
            }
            result[filled] = Float(value)
            filled += 1
          }
        }
      }
    }
  }
}
