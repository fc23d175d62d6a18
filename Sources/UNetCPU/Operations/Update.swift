import CUNetVector
import UNetGraph
import UNetRuntime

// Sums of gradients, and what optimisers do.

extension CPUBackend {
  /// `y = a + b`.
  func add(_ op: Addition, _ bound: Binding) -> Launch {
    let (a, b, y, threads) = (bound(op.a), bound(op.b), bound(op.y), self.threads)
    return {
      let (aFloats, bFloats, yFloats) = (a.floats, b.floats, y.floats)
      threads.run(rows: y.count, cost: 1) { elements in
        for i in elements { yFloats[i] = aFloats[i] + bFloats[i] }
      }
    }
  }

  /// `sum = addend` where sums begin, else `sum = sum + addend`.
  func accumulate(_ op: Accumulation, _ bound: Binding) -> Launch {
    let (parts, threads, begins) = (
      op.parts.map { (bound($0.addend), bound($0.sum)) }, self.threads, op.begins
    )
    return {
      for (addend, sum) in parts {
        let (a, s) = (addend.floats, sum.floats)
        threads.run(rows: sum.count, cost: 1) { elements in
          if begins {
            for i in elements { s[i] = a[i] }
          } else {
            for i in elements { s[i] = s[i] + a[i] }
          }
        }
      }
    }
  }

  /// For each parameter `v = momentum · v - rate · (dw + decay · w)`, then `w = w + v`; `control = [step, rate, momentum,
  /// decay]`.
  func sgd(_ op: ParameterUpdates, _ bound: Binding) -> Launch {
    let buffers = op.updates.map { (w: bound($0.w), v: bound($0.first), dw: bound($0.dw)) }
    let (control, loops, threads) = (bound(op.control), self.loops, self.threads)
    return {
      let told = control.floats
      for (w, v, dw) in buffers {
        threads.run(rows: w.count, cost: 1) { elements in
          let first = elements.lowerBound
          loops.sgd(
            w.floats + first, v.floats + first, dw.floats + first, elements.count, told[1], told[2], told[3])
        }
      }
    }
  }

  /// Adam; `control` is that of `ParameterUpdates`.
  func adam(_ op: ParameterUpdates, _ bound: Binding) -> Launch {
    let buffers = op.updates.map {
      (w: bound($0.w), m: bound($0.first), v: $0.second.map(bound), dw: bound($0.dw))
    }
    let (control, loops, threads) = (bound(op.control), self.loops, self.threads)
    return {
      let told = control.floats
      for case (let w, let m, let v?, let dw) in buffers {
        threads.run(rows: w.count, cost: 4) { elements in
          let first = elements.lowerBound
          loops.adam(
            w.floats + first, m.floats + first, v.floats + first, dw.floats + first, elements.count, told)
        }
      }
    }
  }
}
