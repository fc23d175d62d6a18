extension Graph {
  /// Appends the operations that compute the gradient of every parameter, given that `y`'s is `dy`.
  ///
  /// Walks the forward operations backwards, one rule each.  Returns the gradient of each parameter.
  public mutating func differentiate(_ y: Value, given dy: Value) -> [Value: Value] {
    var gradients = Gradients(of: y, is: dy, in: self)
    for operation in operations.reversed() { gradients.pass(operation, in: &self) }
    return gradients.ofParameters
  }

  /// Appends the update of every parameter by its gradient, each as soon as no later operation reads the old value,
  /// so that a gradient's memory is free again at once (section 3: stochastic gradient descent with momentum).
  public mutating func descend(_ gradients: [Value: Value]) {
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
private struct Gradients {
  /// The gradient of a value, or one with more channels, of which the value's are the first.
  private var known: [Value: Value]
  /// The gradient of a convolution's input, of which the last channels belong to the centre of this skip.
  private var joint: [Value: Value] = [:]
  private let trained: Set<Value>
  /// What a gradient may be asked of: parameters and results, not the image.
  private let needed: Set<Value>

  var ofParameters: [Value: Value] { known.filter { trained.contains($0.key) } }

  init(of y: Value, is dy: Value, in graph: Graph) {
    known = [y: dy]
    trained = Set(graph.parameters.map(\.value))
    needed = trained.union(graph.operations.flatMap(\.writes))
  }

  /// Appends the gradient rule of `operation`, where its result matters.
  mutating func pass(_ operation: Operation, in graph: inout Graph) {
    switch operation {
    case .conv(let x, let skip, let w, let b, let y, let relu, let algorithm):
      guard let dy = known[y] else { return }
      let frame = w.shape[0] - 1
      let g = relu || frame > 0 ? gate(dy, of: y, rectified: relu, frame: frame, in: &graph) : dy
      contribute(to: x, beside: skip, in: &graph) {
        .convInputGradient(g: g, w: w, dx: $0, algorithm: algorithm)
      }
      let (dw, db) = newPair(w, b, in: &graph)
      graph.append(.convWeightGradient(g: g, x: x, skip: skip, dw: dw, db: db, algorithm: algorithm))
    case .upConv(let x, let w, let b, let y, let relu):
      guard let dy = known[y] else { return }
      let g = relu ? gate(dy, of: y, rectified: true, frame: 0, in: &graph) : dy
      contribute(to: x, in: &graph) { .upConvInputGradient(g: g, w: w, dx: $0) }
      let (dw, db) = newPair(w, b, in: &graph)
      graph.append(.upConvWeightGradient(g: g, x: x, dw: dw, db: db))
    case .maxPool(let x, let y):
      guard let dy = whole(y, in: &graph) else { return }
      let other = joint.removeValue(forKey: x)
      contribute(to: x, in: &graph) { .maxPoolGradient(dy: dy, x: x, other: other, dx: $0) }
    case .dropout(let x, let control, let y, let rate, let key):
      guard let dy = whole(y, in: &graph) else { return }
      contribute(to: x, in: &graph) { .dropout(x: dy, control: control, y: $0, rate: rate, key: key) }
    case .softmaxCrossEntropy, .softmax, .sum, .add, .sgd, .gate, .maxPoolFragments, .maxPoolGradient,
      .convInputGradient, .convWeightGradient, .upConvInputGradient, .upConvWeightGradient:
      return
    }
  }

  /// A new value for the gradient of `x`, with the channels of a skip's behind its own.
  private mutating func contribute(
    to x: Value, beside skip: Value? = nil, in graph: inout Graph, _ rule: (Value) -> Operation
  ) {
    guard needed.contains(x) else { return }
    let channels = x.shape[3] + (skip?.shape[3] ?? 0)
    let dx = graph.value([x.shape[0], x.shape[1], x.shape[2], channels])
    graph.append(rule(dx))
    precondition(known[x] == nil, "a value is read by one operation, and once more as a skip")
    known[x] = dx
    if let skip { joint[skip] = dx }
  }

  /// The gradient of `y` with the channels of `y` alone.
  private func whole(_ y: Value, in graph: inout Graph) -> Value? {
    guard let dy = known[y], dy.shape != y.shape else { return known[y] }
    return gate(dy, of: y, rectified: false, frame: 0, in: &graph)
  }

  private func gate(_ dy: Value, of y: Value, rectified: Bool, frame: Int, in graph: inout Graph) -> Value {
    let (n, h, w, k) = (y.shape[0], y.shape[1], y.shape[2], y.shape[3])
    let g = graph.value([n, h + 2 * frame, w + 2 * frame, k])
    graph.append(.gate(dy: dy, y: rectified ? y : nil, g: g, frame: frame))
    return g
  }

  private mutating func newPair(_ w: Value, _ b: Value, in graph: inout Graph) -> (Value, Value) {
    let (dw, db) = (graph.value(w.shape), graph.value(b.shape))
    (known[w], known[b]) = (dw, db)
    return (dw, db)
  }
}
