import UNetImages
import UNetNumerics

extension Tensor {
  /// The square of `side`² pixels of this image `[H, W, C]` whose first pixel is (top, left), mirrored beyond the
  /// border (section 2, overlap-tile).
  func square(top: Int, left: Int, side: Int) -> [Float] {
    let (height, width, channels) = (shape[0], shape[1], shape[2])
    let columns = (0..<side).map { mirrored(left + $0, width) * channels }
    return [Float](unsafeUninitializedCapacity: side * side * channels) { square, count in
      elements.withUnsafeBufferPointer { elements in
        for j in 0..<side {
          let row = mirrored(top + j, height) * width * channels
          for column in columns {
            for c in row + column..<row + column + channels {
              square.initializeElement(at: count, to: elements[c])
              count += 1
            }
          }
        }
      }
    }
  }

  /// These columns of every row of this image `[H, W, C]`, in this order.
  func columns(_ columns: [Int]) -> [Float] {
    let (height, width, channels) = (shape[0], shape[1], shape[2])
    return [Float](unsafeUninitializedCapacity: height * columns.count * channels) { part, count in
      elements.withUnsafeBufferPointer { elements in
        for row in 0..<height {
          for column in columns {
            let first = (row * width + column) * channels
            for c in first..<first + channels {
              part.initializeElement(at: count, to: elements[c])
              count += 1
            }
          }
        }
      }
    }
  }

  /// Copies the image `fragment` of `output [N, h, w, C]` to every `stride`-th pixel of this image `[H, W, C]`, each
  /// way, from (top, left) on; what lies beyond the image, and `inset` pixels at each border of the fragment, are left
  /// out.
  mutating func paste(
    _ output: Tensor, _ fragment: Int, inset: Int, top: Int, left: Int, stride: Int
  ) {
    let (height, width, channels) = (shape[0], shape[1], shape[2])
    let (rows, columns) = (output.shape[1], output.shape[2])
    elements.withUnsafeMutableBufferPointer { to in
      output.elements.withUnsafeBufferPointer { from in
        for (j, y) in zip(inset..<rows - inset, Swift.stride(from: top, to: height, by: stride)) {
          for (i, x) in zip(inset..<columns - inset, Swift.stride(from: left, to: width, by: stride)) {
            let (source, target) = (
              ((fragment * rows + j) * columns + i) * channels, (y * width + x) * channels
            )
            for c in 0..<channels { to[target + c] = from[source + c] }
          }
        }
      }
    }
  }
}
