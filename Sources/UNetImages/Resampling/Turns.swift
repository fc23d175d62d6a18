import UNetNumerics

extension Tensor {
  /// This image `[H, W, C]` turned counter-clockwise by so many right angles, negative ones clockwise: a copy of its
  /// pixels.
  package func turned(by quarters: Int) -> Tensor {
    let (height, width) = (shape[0], shape[1])
    switch quarters & 3 {
    case 0: return self
    case 1: return moved(height: width, width: height) { y, x in (x, width - 1 - y) }
    case 2: return flipped(upDown: true, leftRight: true)
    default: return moved(height: width, width: height) { y, x in (height - 1 - x, y) }
    }
  }

  /// This image `[H, W, C]` mirrored.
  package func flipped(upDown: Bool, leftRight: Bool) -> Tensor {
    guard upDown || leftRight else { return self }
    let (height, width) = (shape[0], shape[1])
    return moved(height: height, width: width) { y, x in
      (upDown ? height - 1 - y : y, leftRight ? width - 1 - x : x)
    }
  }

  /// The image whose pixel (y, x) is the one at `source(y, x)` of this.
  private func moved(height: Int, width: Int, _ source: (Int, Int) -> (y: Int, x: Int)) -> Tensor {
    let (columns, channels) = (shape[1], shape[2])
    let elements = [Float](unsafeUninitializedCapacity: shape.count) { target, filled in
      self.elements.withUnsafeBufferPointer { pixels in
        for y in 0..<height {
          for x in 0..<width {
            let place = source(y, x)
            let from = (place.y * columns + place.x) * channels
            for channel in 0..<channels { target[filled + channel] = pixels[from + channel] }
            filled += channels
          }
        }
      }
    }
    return Tensor([height, width, channels], elements)
  }
}
