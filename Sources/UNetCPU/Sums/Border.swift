import CUNetGeometry
import UNetRuntime

extension CPUBackend {
  /// `launch` after `border` rows and columns of zeros have been written around each of the images of `buffer` that
  /// `inside` describes.
  func bordered(
    _ buffer: HostBuffer, _ inside: UNetPicture, images: Int, by border: Int, _ launch: @escaping Launch
  ) -> Launch {
    guard border > 0 else { return launch }
    let (height, row) = (inside.height + 2 * border, inside.row)
    let (floats, width, threads) = (buffer.floats, border * inside.pixel, self.threads)
    return {
      threads.run(rows: images * height, cost: 2 * width) { chunk in
        for i in chunk {
          let start = floats + i * row
          guard border..<height - border ~= i % height else {
            start.update(repeating: 0, count: row)
            continue
          }
          start.update(repeating: 0, count: width)
          (start + row - width).update(repeating: 0, count: width)
        }
      }
      try launch()
    }
  }
}
