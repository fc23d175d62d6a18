import CUNetVector
import UNetGraph
import UNetRuntime

// The pixel-wise softmax and the weighted cross-entropy of equation 1.

extension CPUBackend {
  /// `y[c] = exp(x[c]) / Σ exp(x[k])` over the channels of each pixel.
  func softmax(_ op: Softmax, _ bound: Binding) -> Launch {
    let (x, y) = (bound(op.x), bound(op.y))
    let (pixels, classes, loops, threads) = (x.count / x.pixel, x.pixel, self.loops, self.threads)
    return {
      threads.run(rows: pixels, cost: 32 * classes) { chunk in
        let at = chunk.lowerBound * classes
        loops.softmax(x.floats + at, y.floats + at, chunk.count, classes)
      }
    }
  }

  /// `losses [N, H, W]` and `dlogits [N, H, W, C]` from `logits`, `labels` and `weights`.
  func softmaxCrossEntropy(_ op: SoftmaxCrossEntropy, _ bound: Binding) -> Launch {
    let (logits, labels, weights) = (bound(op.logits), bound(op.labels), bound(op.weights))
    let (losses, dlogits) = (bound(op.losses), bound(op.dlogits))
    let (pixels, classes, loops, threads) = (labels.count, logits.pixel, self.loops, self.threads)
    let scale = 1 / Float(pixels)
    return {
      threads.run(rows: pixels, cost: 64 * classes) { chunk in
        let (first, at) = (chunk.lowerBound, chunk.lowerBound * classes)
        loops.cross_entropy(
          logits.floats + at, labels.floats + first, weights.floats + first, scale, losses.floats + first,
          dlogits.floats + at, chunk.count, classes)
      }
    }
  }

  /// `y[i]`, the chain of the i-th `Operation.sumBlock` elements of `x`.
  func sum(_ op: Summation, _ bound: Binding) -> Launch {
    let (x, y, threads) = (bound(op.x), bound(op.y), self.threads)
    return {
      threads.run(rows: y.count, cost: 4 * Operation.sumBlock) { chunk in
        for block in chunk {
          var total: Float = 0
          let first = block * Operation.sumBlock
          for i in first..<min(x.count, first + Operation.sumBlock) { total += x.floats[i] }
          y.floats[block] = total
        }
      }
    }
  }
}
