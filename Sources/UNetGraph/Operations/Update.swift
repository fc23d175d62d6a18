// The sum of two values, and stochastic gradient descent with momentum (section 3).

extension Graph {
  /// Appends the update of every parameter by its gradient, each as soon as no later operation reads the old value,
  /// so that a gradient's memory is free again at once; those whose gradients one operation computes are updated together.
  package mutating func appendUpdates(by gradients: [Value: Value]) {
    var groups: [Int: [GradientDescent.Update]] = [:]
    for parameter in parameters {
      guard let dw = gradients[parameter.value] else { continue }
      let v = value(parameter.value.shape)
      velocities.append(v)
      let made = operations.lastIndex { $0.writes.contains(dw) } ?? operations.count - 1
      groups[made, default: []].append(.init(w: parameter.value, v: v, dw: dw))
    }
    var updates: [Int: [Operation]] = [:]
    for (made, group) in groups.sorted(by: { $0.key < $1.key }) {
      let last = operations.lastIndex { !Set($0.reads).isDisjoint(with: group.map(\.w)) } ?? made
      updates[max(made, last), default: []].append(.sgd(.init(group, control: control)))
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

/// For each parameter `v = momentum · v - rate · (dw + decay · w)`, then `w = w + v`; `control = [step, rate, momentum,
/// decay]`.
public struct GradientDescent: OperationBody {
  /// A parameter, its velocity and its gradient, all of one shape.
  package struct Update: Hashable, Sendable {
    package let w: Value, v: Value, dw: Value

    package init(w: Value, v: Value, dw: Value) { (self.w, self.v, self.dw) = (w, v, dw) }
  }

  package let updates: [Update], control: Value

  package init(_ updates: [Update], control: Value) { (self.updates, self.control) = (updates, control) }

  var reads: [Value] { updates.flatMap { [$0.w, $0.v, $0.dw] } + [control] }
  var writes: [Value] { updates.flatMap { [$0.w, $0.v] } }
}
