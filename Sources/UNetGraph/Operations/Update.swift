// The sum of two values, and what an optimiser does with parameters and their gradients.

/// How parameters follow their gradients.
public enum Optimizer: String, Sendable, CaseIterable, Codable {
  /// Stochastic gradient descent with momentum (section 3).
  case sgd
  /// D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015; weight decay apart from the gradient (I.
  /// Loshchilov, F. Hutter, "Decoupled weight decay regularization", ICLR 2019).
  case adam

  /// Elements of `Graph.control`.
  package var controlCount: Int { self == .sgd ? 4 : 8 }
}

extension Graph {
  /// Appends the update of every parameter by its gradient, each as soon as no later operation reads the old value,
  /// so that a gradient's memory is free again at once, or all `atTheEnd`; those whose gradients one operation computes are updated
  /// together.
  package mutating func appendUpdates(by gradients: [Value: Value], atTheEnd: Bool = false) {
    var groups: [Int: [ParameterUpdate]] = [:]
    for parameter in parameters {
      guard let dw = gradients[parameter.value] else { continue }
      let first = value(parameter.value.shape)
      firstMoments.append(first)
      let second = optimizer == .adam ? value(parameter.value.shape) : nil
      secondMoments += second.list
      let made = operations.firstIndex { $0.writes.contains(dw) } ?? operations.count - 1
      groups[made, default: []].append(.init(w: parameter.value, first: first, second: second, dw: dw))
    }
    guard !atTheEnd else {
      return operations += groups.sorted { $0.key < $1.key }.map { update(of: $0.value) }
    }
    var updates: [Int: [Operation]] = [:]
    for (made, group) in groups.sorted(by: { $0.key < $1.key }) {
      let last = operations.lastIndex { !Set($0.reads).isDisjoint(with: group.map(\.w)) } ?? made
      updates[max(made, last), default: []].append(update(of: group))
    }
    operations = operations.enumerated().flatMap { [$1] + (updates[$0] ?? []) }
  }
}

extension Graph {
  /// What the graph's optimiser does with these.
  package func update(of group: [ParameterUpdate]) -> Operation {
    let body = ParameterUpdates(group, control: control)
    return switch optimizer {
    case .sgd: .sgd(body)
    case .adam: .adam(body)
    }
  }
}

/// A parameter, what its optimiser remembers, and its gradient, all of one shape.
package struct ParameterUpdate: Hashable, Sendable {
  /// `first` is the velocity, or Adam's mean of gradients, `second` Adam's mean of squares.
  package let w: Value, first: Value, second: Value?, dw: Value

  package init(w: Value, first: Value, second: Value? = nil, dw: Value) {
    (self.w, self.first, self.second, self.dw) = (w, first, second, dw)
  }

  var memory: [Value] { [first] + second.list }
}

/// `y = a + b`.
public struct Addition: OperationBody {
  package let a: Value, b: Value, y: Value
  package init(a: Value, b: Value, y: Value) { (self.a, self.b, self.y) = (a, b, y) }

  var reads: [Value] { [a, b] }
  var writes: [Value] { [y] }
}

/// What an optimiser does with parameters, in place.
///
/// `sgd`: with v its `first`, `v = momentum · v - rate · (dw + decay · w)`, then `w = w + v`; `control = [step, rate, momentum, decay]`.
///
/// `adam`: with m its `first` and v its `second`, `m = β₁ · m + (1 - β₁) · dw` and `v = β₂ · v + (1 - β₂) · dw²`, then
/// `w = w - decay · w - rate · m / (√v + ε)`; `control = [step, rate, β₁, 1 - β₁, β₂, 1 - β₂, ε, decay]`, where rate and ε hold the
/// corrections of the step (Kingma and Ba, end of section 2).
public struct ParameterUpdates: OperationBody {
  package let updates: [ParameterUpdate], control: Value

  package init(_ updates: [ParameterUpdate], control: Value) {
    (self.updates, self.control) = (updates, control)
  }

  var reads: [Value] { updates.flatMap { [$0.w] + $0.memory + [$0.dw] } + [control] }
  var writes: [Value] { updates.flatMap { [$0.w] + $0.memory } }
}
