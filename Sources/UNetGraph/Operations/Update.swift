// The sum of two values, and stochastic gradient descent with momentum (section 3).

extension Graph {
  /// Appends the update of every parameter by its gradient, each as soon as no later operation reads the old value,
  /// so that a gradient's memory is free again at once.
  package mutating func appendUpdates(by gradients: [Value: Value]) {
    var updates: [Int: [Operation]] = [:]
    for parameter in parameters {
      guard let dw = gradients[parameter.value] else { continue }
      let v = value(parameter.value.shape)
      velocities.append(v)
      let last = operations.lastIndex { $0.reads.contains(parameter.value) || $0.writes.contains(dw) }
      updates[last ?? operations.count - 1, default: []].append(
        .sgd(.init(w: parameter.value, v: v, dw: dw, control: control)))
    }
    operations = operations.enumerated().flatMap { [$1] + (updates[$0] ?? []) }
  }
}

/// `y = a + b`.
public struct Addition: OperationBody {
  package let a: Value, b: Value, y: Value
  package init(a: Value, b: Value, y: Value) { (self.a, self.b, self.y) = (a, b, y) }

  var reads: [Value] { [a, b] }
  var writes: [Value] { [y] }
}

/// `v = momentum · v - rate · (dw + decay · w)`, then `w = w + v`; `control = [step, rate, momentum, decay]`.
public struct GradientDescent: OperationBody {
  package let w: Value, v: Value, dw: Value, control: Value
  package init(w: Value, v: Value, dw: Value, control: Value) {
    (self.w, self.v, self.dw, self.control) = (w, v, dw, control)
  }

  var reads: [Value] { [w, v, dw, control] }
  var writes: [Value] { [w, v] }
}
