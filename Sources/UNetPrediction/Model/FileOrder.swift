import UNetGraph
import UNetNumerics

// Filters lie on the device as `[R, S, C, K]` and `[2, 2, C, K]`, in files as PyTorch has them: convolutions
// `[K, C, R, S]`, up-convolutions `[C, K, 2, 2]`.  Converted once, on loading and saving.

extension Parameter {
  /// Its shape in the order of files.
  package var fileShape: Shape {
    guard role != .bias else { return value.shape }
    let (r, s, c, k) = (value.shape[0], value.shape[1], value.shape[2], value.shape[3])
    return role == .upFilter ? [c, k, r, s] : [k, c, r, s]
  }

  /// Gives `take` its elements in the order of files, in pieces of some 4 MB.
  ///
  /// `read` gives as many elements as its second argument says from the place on that its first says, in the device's
  /// order; it is asked for one [C, K] after the other, anew for each piece.
  package func inFileOrder(_ read: (Int, Int) throws -> [Float], _ take: ([Float]) throws -> Void) rethrows {
    guard role != .bias else { return try take(try read(0, value.shape.count)) }
    let (outer, inner, k) = (fileShape[0], fileShape[1], value.shape[3])
    let sites = fileShape[2] * fileShape[3]
    let (outerStride, innerStride) = role == .upFilter ? (k, 1) : (1, k)
    let step = max(1, (1 << 20) / (inner * sites))
    for first in stride(from: 0, to: outer, by: step) {
      let count = min(step, outer - first)
      var piece = [Float](repeating: 0, count: count * inner * sites)
      for site in 0..<sites {
        let elements = try read(site * outer * inner, outer * inner)
        for i in 0..<count {
          for j in 0..<inner {
            piece[(i * inner + j) * sites + site] = elements[(first + i) * outerStride + j * innerStride]
          }
        }
      }
      try take(piece)
    }
  }

  /// The device's order of `tensor`, given in the order of files.
  package func deviceOrder(_ tensor: Tensor) -> Tensor {
    guard role != .bias else { return tensor }
    let (c, k) = (value.shape[2], value.shape[3])
    let sites = fileShape[2] * fileShape[3]
    let (cStride, kStride) = role == .upFilter ? (k * sites, sites) : (sites, c * sites)
    let elements = concurrentFloats(tensor.shape.count, parts: c) { c0, elements in
      tensor.elements.withUnsafeBufferPointer { file in
        for site in 0..<sites {
          for k0 in 0..<k { elements[(site * c + c0) * k + k0] = file[c0 * cStride + k0 * kStride + site] }
        }
      }
    }
    return Tensor(value.shape, elements)
  }
}
