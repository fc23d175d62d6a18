import UNetGraph

// Filters lie on the device as `[R, S, C, K]` and `[2, 2, C, K]`, in files as PyTorch has them: convolutions
// `[K, C, R, S]`, up-convolutions `[C, K, 2, 2]`.  Converted once, on loading and saving.

extension Tensor {
  /// The tensor of parameter `name`, given in the device's order, in the order of files.
  public func fileOrder(of name: String) -> Tensor {
    guard shape.extents.count == 4 else { return self }
    return permuted(isUpConvolution(name) ? [2, 3, 0, 1] : [3, 2, 0, 1])
  }

  /// The tensor of parameter `name`, given in the order of files, in the device's order.
  public func deviceOrder(of name: String) -> Tensor {
    guard shape.extents.count == 4 else { return self }
    return permuted(isUpConvolution(name) ? [2, 3, 0, 1] : [2, 3, 1, 0])
  }

  /// The tensor whose axis `i` is axis `axes[i]` of this one; four axes.
  func permuted(_ axes: [Int]) -> Tensor {
    let strides = (0..<4).map { axis in shape.extents[(axis + 1)...].reduce(1, *) }
    let (extents, steps) = (axes.map { shape[$0] }, axes.map { strides[$0] })
    let elements = [Float](unsafeUninitializedCapacity: shape.count) { target, filled in
      self.elements.withUnsafeBufferPointer { source in
        for a in 0..<extents[0] {
          for b in 0..<extents[1] {
            for c in 0..<extents[2] {
              let from = a * steps[0] + b * steps[1] + c * steps[2]
              for d in 0..<extents[3] { target[filled + d] = source[from + d * steps[3]] }
              filled += extents[3]
            }
          }
        }
      }
    }
    return Tensor(Shape(extents), elements)
  }
}

private func isUpConvolution(_ name: String) -> Bool { name.hasSuffix(".up.weight") }
