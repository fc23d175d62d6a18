import UNetNumerics

extension Graph {
  /// Appends the operations that compute the gradient of every parameter, given that `y`'s is `dy`.
  ///
  /// Walks the forward operations backwards, one rule each.  Returns the gradient of each parameter.
  package mutating func differentiate(_ y: Value, given dy: Value) -> [Value: Value] {
    var gradients = Gradients(in: self)
    gradients.know(dy, of: y, in: &self)
    for operation in operations.reversed() { gradients.pass(operation, in: &self) }
    return gradients.ofParameters
  }

  /// Appends the update of every parameter by its gradient, each as soon as no later operation reads the old value,
  /// so that a gradient's memory is free again at once (section 3: stochastic gradient descent with momentum).
  package mutating func descend(_ gradients: [Value: Value]) {
    var updates: [Int: [Operation]] = [:]
    for parameter in parameters {
      guard let dw = gradients[parameter.value] else { continue }
      let v = value(parameter.value.shape)
      velocities.append(v)
      let last = operations.lastIndex { $0.reads.contains(parameter.value) || $0.writes.contains(dw) }
      updates[last ?? operations.count - 1, default: []].append(
        .sgd(w: parameter.value, v: v, dw: dw, control: control))
    }
    operations = operations.enumerated().flatMap { [$1] + (updates[$0] ?? []) }
  }
}

/// The gradients known so far on the way back through a graph.
///
/// An operation's filters come before its input, for where that is no gate its memory is then free for its gradient.
private struct Gradients {
  /// The gradient of each value in the form that the operation which made it asks for.  It may have more channels,
  /// of which the value's are the first.
  private var known: [Value: Value] = [:]
  /// The gradient of a convolution's input, of which the last channels belong to the centre of this skip.
  private var joint: [Value: Value] = [:]
  private let forms: [Value: GradientForm]
  private let trained: Set<Value>
  /// What a gradient may be asked of: parameters and results, not the image.
  private let needed: Set<Value>

  var ofParameters: [Value: Value] { known.filter { trained.contains($0.key) } }

  init(in graph: Graph) {
    forms = graph.operations.reduce(into: [:]) { forms, operation in
      for y in operation.writes { forms[y] = GradientForm(of: y, from: operation) }
    }
    trained = Set(graph.parameters.map(\.value))
    needed = trained.union(graph.operations.flatMap(\.writes))
  }

  /// Appends the gradient rule of `operation`, where its result matters.
  mutating func pass(_ operation: Operation, in graph: inout Graph) {
    switch operation {
    case .conv(let x, let skip, let w, let b, let y, _, let algorithm):
      guard let g = known[y] else { return }
      let (dw, db) = newPair(w, b, in: &graph)
      graph.append(.convWeightGradient(g: g, x: x, skip: skip, dw: dw, db: db, algorithm: algorithm))
      if let skip {
        let dx = graph.value([x.shape[0], x.shape[1], x.shape[2], w.shape[2]])
        graph.append(.convInputGradient(g: g, w: w, gate: nil, dx: dx, frame: 0, algorithm: algorithm))
        joint[skip] = dx
        know(dx, of: x, in: &graph)
      } else {
        contribute(to: x, in: &graph) { dx, form in
          .convInputGradient(g: g, w: w, gate: form.gate, dx: dx, frame: form.frame, algorithm: algorithm)
        }
      }
    case .upConv(let x, let w, let b, let y, _):
      guard let g = known[y] else { return }
      let (dw, db) = newPair(w, b, in: &graph)
      graph.append(.upConvWeightGradient(g: g, x: x, dw: dw, db: db))
      contribute(to: x, in: &graph) { dx, form in
        .upConvInputGradient(g: g, w: w, gate: form.gate, dx: dx, frame: form.frame)
      }
    case .maxPool(let x, let y):
      guard let dy = whole(y, in: &graph) else { return }
      let other = joint.removeValue(forKey: x)
      contribute(to: x, in: &graph) { dx, form in
        .maxPoolGradient(dy: dy, x: x, other: other, dx: dx, frame: form.frame, gated: form.gate != nil)
      }
    case .dropout(let x, let control, let y, let rate, let key):
      guard let dy = whole(y, in: &graph), needed.contains(x) else { return }
      let dx = graph.value(x.shape)
      graph.append(.dropout(x: dy, control: control, y: dx, rate: rate, key: key))
      know(dx, of: x, in: &graph)
    case .softmaxCrossEntropy, .softmax, .sum, .add, .sgd, .gate, .maxPoolFragments, .maxPoolGradient,
      .convInputGradient, .convWeightGradient, .upConvInputGradient, .upConvWeightGradient:
      return
    }
  }

  /// Appends the rule that gives the gradient of `x` in the form asked for.
  private mutating func contribute(
    to x: Value, in graph: inout Graph, _ rule: (Value, GradientForm) -> Operation
  ) {
    guard needed.contains(x) else { return }
    let form = forms[x] ?? GradientForm()
    let dx = graph.value(form.shape(of: x))
    graph.append(rule(dx, form))
    precondition(known[x] == nil, "a value is read by one operation, and once more as a skip")
    known[x] = dx
  }

  /// Takes `dx`, neither gated nor framed, for the gradient of `x`, and brings it into the form asked for.
  mutating func know(_ dx: Value, of x: Value, in graph: inout Graph) {
    precondition(known[x] == nil, "a value is read by one operation, and once more as a skip")
    guard let form = forms[x], form != GradientForm() else { return known[x] = dx }
    known[x] = gate(dx, of: x, form, in: &graph)
  }

  /// The gradient of `y` with the channels of `y` alone.
  private func whole(_ y: Value, in graph: inout Graph) -> Value? {
    guard let dy = known[y], dy.shape != y.shape else { return known[y] }
    return gate(dy, of: y, GradientForm(), in: &graph)
  }

  private func gate(_ dy: Value, of y: Value, _ form: GradientForm, in graph: inout Graph) -> Value {
    let g = graph.value(form.shape(of: y))
    graph.append(.gate(dy: dy, y: form.gate, g: g, frame: form.frame))
    return g
  }

  private mutating func newPair(_ w: Value, _ b: Value, in graph: inout Graph) -> (Value, Value) {
    let (dw, db) = (graph.value(w.shape), graph.value(b.shape))
    (known[w], known[b]) = (dw, db)
    return (dw, db)
  }
}

/// How the operation that made a value wants the value's gradient: 0 where the rectified `gate` is not positive, and
/// inside a border of `frame` zeros.
private struct GradientForm: Equatable {
  var gate: Value?
  var frame = 0

  init() {}

  /// What `operation` asks for its result `y`.
  init(of y: Value, from operation: Operation) {
    if case .conv(_, _, let w, _, _, let relu, _) = operation {
      (gate, frame) = (relu ? y : nil, w.shape[0] - 1)
    } else if case .upConv(_, _, _, _, let relu) = operation {
      gate = relu ? y : nil
    }
  }

  /// The shape of the gradient of `x [N, H, W, C]`.
  func shape(of x: Value) -> Shape {
    [x.shape[0], x.shape[1] + 2 * frame, x.shape[2] + 2 * frame, x.shape[3]]
  }
}
