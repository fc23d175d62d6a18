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
    case .conv(let x, let skip, let w, let b, let y, let relu, .direct):
      self[y] = conv(joined(self[x], skip.map { self[$0] }), self[w], self[b], y.shape, relu)
    case .gate(let dy, let y, let g, let frame):
      self[g] = gate(self[dy], y.map { self[$0] }, g.shape, frame)
    case .convInputGradient(let g, let w, let gate, let dx, let frame, .direct):
      let plain = convInputGradient(self[g], self[w])
      self[dx] = self.gate(plain, gate.map { self[$0] }, dx.shape, frame)
    case .convWeightGradient(let g, let x, let skip, let dw, let db, .direct):
      let joined = joined(self[x], skip.map { self[$0] })
      (self[dw], self[db]) = convWeightGradient(self[g], joined, dw.shape)
    case .conv(let x, let skip, let w, let b, let y, let relu, .winograd):
      self[y] = winogradConv(joined(self[x], skip.map { self[$0] }), self[w], self[b], y.shape, relu)
    case .convInputGradient(let g, let w, let gate, let dx, let frame, .winograd):
      let plain = winogradInputGradient(self[g], self[w])
      self[dx] = self.gate(plain, gate.map { self[$0] }, dx.shape, frame)
    case .convWeightGradient(let g, let x, let skip, let dw, let db, .winograd):
      let joined = joined(self[x], skip.map { self[$0] })
      (self[dw], self[db]) = winogradWeightGradient(self[g], joined, dw.shape)
    case .maxPool(let x, let y):
      self[y] = Grid(y.shape) { i in self[x].block(at: i).max.value }
    case .maxPoolFragments(let x, let y):
      self[y] = Grid(y.shape) { i in
        let (top, left) = (2 * i[1] + i[0] / 2 % 2, 2 * i[2] + i[0] % 2)
        return self[x].block(image: i[0] / 4, top: top, left: left, channel: i[3]).max.value
      }
    case .maxPoolGradient(let dy, let x, let other, let dx, let frame, let gated):
      let plain = maxPoolGradient(self[dy], self[x], other.map { self[$0] })
      self[dx] = gate(plain, gated ? self[x] : nil, dx.shape, frame)
    case .upConv(let x, let w, let b, let y, let relu):
      self[y] = upConv(self[x], self[w], self[b], y.shape, relu)
    case .upConvInputGradient(let g, let w, let gate, let dx, let frame):
      let plain = upConvInputGradient(self[g], self[w])
      self[dx] = self.gate(plain, gate.map { self[$0] }, dx.shape, frame)
    case .upConvWeightGradient(let g, let x, let dw, let db):
      (self[dw], self[db]) = upConvWeightGradient(self[g], self[x], dw.shape)
    case .dropout(let x, let control, let y, let rate, let key):
      self[y] = dropout(self[x], step: UInt32(self[control].elements[0]), rate: rate, key: key)
    case .add(let a, let b, let y):
      self[y] = Grid(y.shape) { i in self[a][i] + self[b][i] }
    case .softmax(let x, let y):
      self[y] = softmax(self[x])
    case .softmaxCrossEntropy(let logits, let labels, let weights, let losses, let dlogits):
      (self[losses], self[dlogits]) = crossEntropy(self[logits], self[labels], self[weights])
    case .sum(let x, let y):
      self[y] = sum(self[x], y.shape)
    case .sgd(let w, let v, let dw, let control):
      (self[w], self[v]) = descend(self[w], self[v], self[dw], self[control])
    }
  }
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
