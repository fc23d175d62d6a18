import CUNetVector
import UNetRuntime

// The sum of two gradients, and stochastic gradient descent with momentum (section 3).

extension CPUBackend {
  /// `y = a + b`.
  func add(_ a: Bound, _ b: Bound, _ y: Bound) -> Step {
    let (count, threads) = (y.count, self.threads)
    return {
      let (aFloats, bFloats, yFloats) = (a.floats, b.floats, y.floats)
      threads.run(rows: count, cost: 1) { elements in
        for i in elements { yFloats[i] = aFloats[i] + bFloats[i] }
      }
    }
  }

  /// `v = momentum · v - rate · (dw + decay · w)`, then `w = w + v`; `control = [step, rate, momentum, decay]`.
  func sgd(_ w: Bound, _ v: Bound, _ dw: Bound, _ control: Bound) -> Step {
    let (count, loops, threads) = (w.count, self.loops, self.threads)
    return {
      let told = control.floats
      threads.run(rows: count, cost: 1) { elements in
        let first = elements.lowerBound
        loops.descend(
          w.floats + first, v.floats + first, dw.floats + first, elements.count, told[1], told[2], told[3])
      }
    }
  }
}
