import UNetEvaluation
import UNetGraph
import UNetNumerics

/// Runs operations one output at a time, with loops that follow Documentation/numerics.md to the letter and share
/// nothing with any backend.  In `Float` it has the bits that every backend must have; in `Double` it is precise
/// enough for finite differences.
struct Reference<T: ReferenceNumber> {
  /// What each value holds; every value has a place of its own.
  var held: [Value: Grid<T>] = [:]

  subscript(value: Value) -> Grid<T> {
    get { held[value] ?? Grid(value.shape) }
    set { held[value] = newValue }
  }

  mutating func run(_ operations: some Sequence<Operation>) { for operation in operations { run(operation) } }

  mutating func run(_ operation: Operation) {
    switch operation {
    case .conv(let op):
      let (x, by) = (joined(self[op.x], held(op.skip)), op.algorithm == .winograd ? winogradConv : conv)
      self[op.y] = by(x, self[op.w], self[op.b], op.y.shape, op.relu)
    case .convInputGradient(let op):
      let by = op.algorithm == .winograd ? winogradInputGradient : convInputGradient
      self[op.dx] = gate(by(self[op.g], self[op.w]), held(op.gate), op.dx.shape, op.border)
    case .convWeightGradient(let op):
      let (x, g) = (joined(self[op.x], held(op.skip)), self[op.g])
      let by = op.algorithm == .winograd ? winogradWeightGradient : convWeightGradient
      (self[op.dw], self[op.db]) = by(g, x, op.dw.shape)
    case .gate(let op):
      self[op.g] = gate(self[op.dy], held(op.y), op.g.shape, op.border)
    case .upConv(let op):
      self[op.y] = upConv(self[op.x], self[op.w], self[op.b], op.y.shape, op.relu)
    case .upConvInputGradient(let op):
      let plain = upConvInputGradient(self[op.g], self[op.w])
      self[op.dx] = gate(plain, held(op.gate), op.dx.shape, op.border)
    case .upConvWeightGradient(let op):
      (self[op.dw], self[op.db]) = upConvWeightGradient(self[op.g], self[op.x], op.dw.shape)
    case .maxPool(let op):
      self[op.y] = Grid(op.y.shape) { i in self[op.x].block(at: i).max.value }
    case .maxPoolFragments(let op):
      self[op.y] = Grid(op.y.shape) { i in
        let (top, left) = (2 * i[1] + i[0] / 2 % 2, 2 * i[2] + i[0] % 2)
        return self[op.x].block(image: i[0] / 4, top: top, left: left, channel: i[3]).max.value
      }
    case .maxPoolGradient(let op):
      let plain = maxPoolGradient(self[op.dy], self[op.x], held(op.other))
      self[op.dx] = gate(plain, op.gated ? self[op.x] : nil, op.dx.shape, op.border)
    case .pad(let op):
      self[op.y] = pad(self[op.x], op.y.shape)
    case .dropout(let op):
      let step = UInt32(self[op.control].elements[0])
      self[op.y] = dropout(self[op.x], step: step, rate: op.rate, key: op.key)
    case .add(let op):
      self[op.y] = Grid(op.y.shape) { i in self[op.a][i] + self[op.b][i] }
    case .softmax(let op):
      self[op.y] = softmax(self[op.x])
    case .softmaxCrossEntropy(let op):
      let (logits, labels, weights) = (self[op.logits], self[op.labels], self[op.weights])
      (self[op.losses], self[op.dlogits]) = crossEntropy(logits, labels, weights)
    case .sum(let op):
      self[op.y] = sum(self[op.x], op.y.shape)
    case .sgd(let op):
      for one in op.updates {
        (self[one.w], self[one.first]) = descend(self[one.w], self[one.first], self[one.dw], self[op.control])
      }
    case .accumulate(let op):
      for part in op.parts {
        let (sum, addend) = (self[part.sum], self[part.addend])
        self[part.sum] = op.begins ? addend : Grid(part.sum.shape) { sum[$0] + addend[$0] }
      }
    case .adam(let op):
      for one in op.updates { adapt(one, self[op.control].elements) }
    }
  }

  private func held(_ value: Value?) -> Grid<T>? { value.map { self[$0] } }
}

/// Numbers with an index for each axis.
struct Grid<T> {
  let shape: Shape
  var elements: [T]

  init(_ shape: Shape, _ elements: [T]) { (self.shape, self.elements) = (shape, elements) }

  /// Filled by a function of the index, or with zeros.
  init(_ shape: Shape, _ element: ([Int]) -> T = { _ in 0 }) where T: ReferenceNumber {
    self.init(
      shape,
      (0..<shape.count).map { linear in
        var (rest, index) = (linear, [Int](repeating: 0, count: shape.extents.count))
        for axis in index.indices.reversed() {
          index[axis] = rest % shape[axis]
          rest /= shape[axis]
        }
        return element(index)
      })
  }

  subscript(index: [Int]) -> T {
    get { elements[linear(index)] }
    set { elements[linear(index)] = newValue }
  }

  /// Elements `[n, h, w, c]`, the common case.
  subscript(n: Int, h: Int, w: Int, c: Int) -> T {
    get { elements[((n * shape[1] + h) * shape[2] + w) * shape[3] + c] }
    set { elements[((n * shape[1] + h) * shape[2] + w) * shape[3] + c] = newValue }
  }

  private func linear(_ index: [Int]) -> Int { zip(index, shape.extents).reduce(0) { $0 * $1.1 + $1.0 } }
}

extension Grid where T: ReferenceNumber {
  /// The four pixels of the 2x2 block that pooling makes element `i` of.
  func block(at i: [Int]) -> (pixels: [T], max: (value: T, corner: Int)) {
    block(image: i[0], top: 2 * i[1], left: 2 * i[2], channel: i[3])
  }

  /// The four pixels of the 2x2 block that begins at (top, left).
  func block(image n: Int, top: Int, left: Int, channel c: Int) -> (
    pixels: [T], max: (value: T, corner: Int)
  ) {
    let pixels = [(0, 0), (0, 1), (1, 0), (1, 1)].map { self[n, top + $0, left + $1, c] }
    var best = (value: pixels[0], corner: 0)
    for corner in 1..<4 where pixels[corner] > best.value || pixels[corner].isNaN {
      best = (pixels[corner], corner)
    }
    return (pixels, best)
  }
}
