import CUNetVector
import UNetGraph
import UNetRuntime

// Dropout (section 3.1), which is its own gradient.

extension CPUBackend {
  /// `y = x / (1 - rate)` where the element's random number is at least `rate`, else +0.  The number follows from
  /// `key`, the step in `control[0]` and the element's index.
  func dropout(_ op: Dropping, _ bound: Binding) -> Launch {
    let (x, control, y) = (bound(op.x), bound(op.control), bound(op.y))
    let (key, threshold, scale) = (op.key, op.threshold, op.scale)
    let (loops, threads) = (self.loops, self.threads)
    return {
      let step = UInt32(exactly: control.floats[0].rounded(.towardZero)) ?? 0
      threads.run(rows: x.count, cost: 4) { elements in
        let first = elements.lowerBound
        loops.dropout(
          x.floats + first, y.floats + first, first, elements.count, key, step, threshold, scale)
      }
    }
  }
}
