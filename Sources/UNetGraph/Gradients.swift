import UNetNumerics

extension Graph {
  /// Appends the operations that compute the gradient of every parameter, given that `y`'s is `dy`.
  ///
  /// Walks the forward operations backwards, one rule each.  Returns the gradient of each parameter.
  /// - Throws: `ShapeError` where values are read in a way for which there is no gradient.
  public mutating func differentiate(_ y: Value, given dy: Value) throws(ShapeError) -> [Value: Value] {
    var gradients = Gradients(in: self)
    gradients.know(dy, of: y)
    for operation in operations.reversed() { operation.body.differentiate(in: &gradients) }
    try gradients.check()
    self = gradients.graph
    return gradients.ofParameters
  }
}

/// The gradients known so far on the way back through a graph, and the operations that compute them.
///
/// An operation's filters come before its input, for where that is no gate its memory is then free for its gradient.
struct Gradients {
  private(set) var graph: Graph
  /// A value for whose gradients there is no sum.
  private(set) var readTwice: Value?
  /// The gradient of each value in the form that the operation which made it asks for.  It may have more channels,
  /// of which the value's are the first.
  private var known: [Value: Value] = [:]
  /// The gradient of what a convolution read beside this skip, of which the last channels belong to the skip's centre.
  private var joint: [Value: Value] = [:]
  private let forms: [Value: GradientForm]
  private let trained: Set<Value>
  /// What a gradient may be asked of: parameters and results, not the image.
  private let needed: Set<Value>

  var ofParameters: [Value: Value] { known.filter { trained.contains($0.key) } }

  fileprivate init(in graph: Graph) {
    self.graph = graph
    forms = graph.operations.reduce(into: [:]) { forms, operation in
      for y in operation.writes { forms[y] = operation.body.gradientForm }
    }
    trained = Set(graph.parameters.map(\.value))
    needed = trained.union(graph.operations.flatMap(\.writes))
  }

  /// Sees to it that every gradient was added up and went on.
  fileprivate func check() throws(ShapeError) {
    if let value = readTwice {
      let rule = "a value may be read by one operation, and once more as a skip"
      throw ShapeError(operation: "the gradient", shape: value.shape, requirement: rule)
    }
    if let skip = joint.keys.first(where: needs) {
      let rule = "what a convolution reads as a skip must be read by a max-pooling too"
      throw ShapeError(operation: "the gradient", shape: skip.shape, requirement: rule)
    }
  }

  /// The gradient of `y` in the form that its operation asks for, where `y` matters.
  subscript(y: Value) -> Value? { known[y] }

  /// The gradient of `y` with the channels of `y` alone.
  mutating func whole(_ y: Value) -> Value? {
    guard let dy = known[y], dy.shape != y.shape else { return known[y] }
    return gate(dy, of: y, GradientForm())
  }

  /// Whether anybody asks for the gradient of `x`.
  func needs(_ x: Value) -> Bool { needed.contains(x) }

  /// A new value.
  mutating func value(_ shape: Shape) -> Value { graph.value(shape) }

  /// Adds `operation` to the end.
  mutating func append(_ operation: Operation) { graph.append(operation) }

  /// Appends the operation that gives the gradient of `x` in the form asked for.
  mutating func pass(to x: Value, _ operation: (_ dx: Value, GradientForm) -> Operation) {
    guard needs(x) else { return }
    let form = forms[x] ?? GradientForm()
    let dx = value(form.shape(of: x))
    append(operation(dx, form))
    if known[x] != nil { readTwice = x }
    known[x] = dx
  }

  /// Takes `dx`, neither gated nor in a border, for the gradient of `x`, and brings it into the form asked for.
  mutating func know(_ dx: Value, of x: Value) {
    if known[x] != nil { readTwice = x }
    guard let form = forms[x], form != GradientForm() else { return known[x] = dx }
    known[x] = gate(dx, of: x, form)
  }

  /// Takes the last channels of `dx` for the gradient of the centre of `skip`.
  mutating func join(_ dx: Value, to skip: Value) { joint[skip] = dx }

  /// What `x`, as a skip, has of a gradient so far; whoever takes it adds it.
  mutating func takeJoint(of x: Value) -> Value? { joint.removeValue(forKey: x) }

  /// New values for the gradients of a filter and its bias.
  mutating func ofParameters(_ w: Value, _ b: Value) -> (dw: Value, db: Value) {
    let (dw, db) = (value(w.shape), value(b.shape))
    (known[w], known[b]) = (dw, db)
    return (dw, db)
  }

  private mutating func gate(_ dy: Value, of y: Value, _ form: GradientForm) -> Value {
    let g = value(form.shape(of: y))
    append(.gate(.init(dy: dy, y: form.gate, g: g, border: form.border)))
    return g
  }
}
