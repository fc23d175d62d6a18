import UNetData
import UNetNumerics

extension Sample {
  /// The same image, with the labels and weights of every `stride`-th pixel alone, each way, from the first on: those
  /// that a network scores which gives one score every `stride` pixels.
  package func strided(by stride: Int) -> Sample {
    guard stride > 1 else { return self }
    return Sample(image: image, labels: labels.strided(by: stride), weights: weights.strided(by: stride))
  }
}

extension Tensor {
  /// Every `stride`-th row and column of `[1, H, W]`, from the first on.
  fileprivate func strided(by stride: Int) -> Tensor {
    let (height, width) = (shape[1], shape[2])
    let (rows, columns) = ((height + stride - 1) / stride, (width + stride - 1) / stride)
    let elements = (0..<rows * columns).map { i in
      self.elements[i / columns * stride * width + i % columns * stride]
    }
    return Tensor([1, rows, columns], elements)
  }
}
