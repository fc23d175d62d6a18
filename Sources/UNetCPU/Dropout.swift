import UNetGraph
import UNetRuntime

// Dropout (section 3.1), which is its own gradient.

extension CPUBackend {
  /// `y = x / (1 - rate)` where the element's random number is at least `rate`, else +0.  The number follows from
  /// `key`, the step in `control[0]` and the element's index.
  func dropout(_ x: Bound, _ control: Bound, _ y: Bound, rate: Float, key: UInt32) -> Step {
    let threshold = UInt32(Double(rate) * 4_294_967_296)
    let scale = Float(1 / (1 - Double(rate)))
    let (stream, threads, count) = (RandomStream(key: key), self.threads, x.count)
    return {
      let (xFloats, yFloats, step) = (x.floats, y.floats, Int(UInt32(control.floats[0])))
      threads.run(rows: count, cost: 8) { elements in
        for i in elements {
          yFloats[i] = stream.bits(step: step, index: i) >= threshold ? xFloats[i] * scale : 0
        }
      }
    }
  }
}
