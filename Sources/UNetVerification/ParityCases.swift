import UNetGraph
import UNetNetworks
import UNetNumerics
import UNetTraining

/// Operations at shapes that divide evenly into blocks and shapes that do not.
package enum ParityCases {
  /// Every operation of the vocabulary.
  package static let all: [Operation] =
    convolutions + winogradConvolutions + skips + upConvolutions + pools + paddings + elementwise + losses
    + updates + accumulations

  /// Every operation of a training step of the paper's network (figure 1) on its tile of 572² pixels: the tiles, and the
  /// parts of a device's work, that such a training uses.
  /// - Throws: never, unless the network does not fit its own tile.
  package static func paper() throws -> [Operation] {
    try TrainingGraph(UNet(), tile: [1, 572, 572, 1], seed: 1, numerics: .standard).graph.operations
  }

  /// Of each kind of operation that passes, by each algorithm, the largest shape and the middle one.
  package static func handful(where passes: (Operation) -> Bool) -> [Operation] {
    kinds(of: all.filter(passes)).flatMap { sorted in
      sorted.count < 3 ? sorted : [sorted[sorted.count / 2], sorted[sorted.count - 1]]
    }
  }

  /// Of each kind of operation, by each algorithm, the smallest shape: for tools that watch every access to memory.
  package static var smallest: [Operation] { kinds(of: all).map { $0[0] } }

  /// The operations of each kind, by each algorithm, the smallest first.
  private static func kinds(of operations: [Operation]) -> [[Operation]] {
    let groups = Dictionary(grouping: operations) { "\($0.name) \($0.algorithm.map(\.rawValue) ?? "")" }
    return groups.sorted { $0.key < $1.key }.map { $0.value.sorted { $0.flops < $1.flops } }
  }

  /// 3x3 with channels around the block sizes, rows shorter and longer than a register tile, two images; then 1x1, and
  /// the 4x4 and 5x5 of the sliding-window network.
  private static let convolutions: [Operation] =
    [
      (1, 7, 9, 1, 1), (1, 5, 4, 15, 16), (1, 6, 11, 16, 15), (2, 9, 17, 17, 33), (1, 12, 15, 33, 17),
      (1, 8, 33, 16, 64), (2, 10, 13, 64, 32), (1, 5, 39, 32, 128), (1, 40, 70, 3, 48), (1, 3, 3, 20, 96),
    ].flatMap { convolution(n: $0.0, h: $0.1, w: $0.2, c: $0.3, k: $0.4, side: 3) }
    + [(1, 7, 9, 16, 2), (2, 30, 41, 33, 5)].flatMap {
      convolution(n: $0.0, h: $0.1, w: $0.2, c: $0.3, k: $0.4, side: 1)
    }
    + [4, 5].flatMap { side in
      [(1, 21, 30, 1, 48), (2, 9, 17, 48, 48), (1, 12, 11, 17, 33), (1, 40, 52, 3, 16), (1, 5, 5, 20, 96)]
        .flatMap { convolution(n: $0.0, h: $0.1, w: $0.2, c: $0.3, k: $0.4, side: side) }
    }

  /// By Winograd's algorithm: pictures that its 4x4 tiles divide and do not, fewer tiles than filters and more, more tiles
  /// than a block of the weight gradient has, two images, and channels around the sizes of panels and groups.
  private static let winogradConvolutions: [Operation] =
    [
      (1, 6, 6, 32, 32), (1, 9, 8, 48, 32), (2, 21, 30, 32, 64), (1, 70, 75, 32, 48), (1, 12, 40, 144, 80),
      (1, 30, 26, 64, 192), (2, 3, 5, 192, 160),
    ].flatMap { convolution(n: $0.0, h: $0.1, w: $0.2, c: $0.3, k: $0.4, side: 3, algorithm: .winograd) }

  private static func convolution(
    n: Int, h: Int, w: Int, c: Int, k: Int, side: Int, algorithm: Algorithm = .direct
  )
    -> [Operation]
  {
    var g = Graph()
    let (x, filters, b) = (g.value([n, h, w, c]), g.value([side, side, c, k]), g.value([k]))
    let y = g.value([n, h - side + 1, w - side + 1, k])
    let bordered = g.value([n, h + side - 1, w + side - 1, k])
    return [
      .conv(.init(x: x, w: filters, b: b, y: y, relu: true, algorithm: algorithm)),
      .conv(.init(x: x, w: filters, b: b, y: y, relu: false, algorithm: algorithm)),
      .gate(.init(dy: y, y: g.value(y.shape), g: bordered, border: side - 1)),
      .gate(.init(dy: y, y: nil, g: bordered, border: side - 1)),
      .convInputGradient(.init(g: bordered, w: filters, dx: x, algorithm: algorithm)),
      .convInputGradient(
        .init(
          g: bordered, w: filters, gate: x, dx: g.value([n, h + 4, w + 4, c]), border: 2, algorithm: algorithm
        )),
      .convWeightGradient(.init(g: bordered, x: x, dw: filters, db: b, algorithm: algorithm)),
    ]
  }

  /// Convolutions of x and the centre of a skip: as large as x, or larger by odd and even sides.
  private static let skips: [Operation] =
    [
      (1, 5, 8, 1, 6, 11, 15, 17), (2, 6, 7, 17, 9, 7, 16, 33), (1, 12, 15, 16, 15, 20, 16, 16),
      (1, 9, 30, 64, 9, 30, 32, 32), (1, 7, 9, 33, 11, 12, 5, 20), (2, 14, 40, 9, 31, 44, 9, 18),
      (1, 9, 20, 36, 12, 21, 28, 72),
    ].flatMap { joined($0, .direct) }
    + [
      (1, 9, 30, 64, 9, 30, 32, 32), (2, 8, 11, 32, 13, 16, 32, 32), (1, 27, 34, 16, 32, 41, 48, 48),
      (1, 10, 10, 128, 15, 12, 96, 64), (1, 6, 9, 144, 6, 9, 144, 160),
    ].flatMap { joined($0, .winograd) }

  private static func joined(_ sizes: (Int, Int, Int, Int, Int, Int, Int, Int), _ algorithm: Algorithm)
    -> [Operation]
  {
    let (n, h, w, c, bigH, bigW, s, k) = sizes
    var g = Graph()
    let (x, skip, b) = (g.value([n, h, w, c]), g.value([n, bigH, bigW, s]), g.value([k]))
    let (filters, y) = (g.value([3, 3, c + s, k]), g.value([n, h - 2, w - 2, k]))
    let bordered = g.value([n, h + 2, w + 2, k])
    return [
      .conv(.init(x: x, skip: skip, w: filters, b: b, y: y, relu: true, algorithm: algorithm)),
      .convInputGradient(
        .init(g: bordered, w: filters, dx: g.value([n, h, w, c + s]), algorithm: algorithm)),
      .convInputGradient(
        .init(
          g: bordered, w: filters, dx: g.value([n, h + 2, w + 2, c + s]), border: 1,
          algorithm: algorithm)),
      .convWeightGradient(.init(g: bordered, x: x, skip: skip, dw: filters, db: b, algorithm: algorithm)),
      .gate(.init(dy: g.value([n, h, w, c + s]), y: x, g: g.value(x.shape))),
    ]
  }

  private static let upConvolutions: [Operation] =
    [
      (1, 3, 5, 1, 1), (2, 4, 7, 15, 17), (1, 6, 13, 33, 16), (1, 5, 14, 64, 32), (1, 30, 40, 32, 64),
      (2, 17, 35, 261, 20),
    ].flatMap {
      (n, h, w, c, k) -> [Operation] in
      var g = Graph()
      let (x, filters, b) = (g.value([n, h, w, c]), g.value([2, 2, c, k]), g.value([k]))
      let y = g.value([n, 2 * h, 2 * w, k])
      return [
        .upConv(.init(x: x, w: filters, b: b, y: y, relu: false)),
        .upConv(.init(x: x, w: filters, b: b, y: y, relu: true)),
        .upConvInputGradient(.init(g: y, w: filters, dx: x)),
        .upConvInputGradient(.init(g: y, w: filters, gate: x, dx: g.value([n, h + 4, w + 4, c]), border: 2)),
        .upConvWeightGradient(.init(g: y, x: x, dw: filters, db: b)),
        .upConvInputGradient(
          .init(g: g.value([n, 2 * h, 2 * w, k + 3]), w: filters, gate: x, dx: g.value(x.shape))),
        .upConvWeightGradient(.init(g: g.value([n, 2 * h, 2 * w, 2 * k]), x: x, dw: filters, db: b)),
      ]
    }

  private static let pools: [Operation] = [(1, 3, 5, 1), (2, 4, 3, 17), (1, 7, 9, 33)].flatMap {
    (n, h, w, c) -> [Operation] in
    var g = Graph()
    let (x, y) = (g.value([n, 2 * h, 2 * w, c]), g.value([n, h, w, c]))
    let (odd, fragments) = (g.value([n, 2 * h + 1, 2 * w + 1, c]), g.value([4 * n, h, w, c]))
    return [
      .maxPool(.init(x: x, y: y)), .maxPoolFragments(.init(x: odd, y: fragments)),
    ]
      + [(0, false), (2, true), (1, false)].flatMap { (border, gated) -> [Operation] in
        let dx = g.value([n, 2 * h + 2 * border, 2 * w + 2 * border, c])
        let others = [g.value([n, 2 * h - 1, 2 * w - 3, c + 5]), g.value([n, 2 * h, 2 * w - 2, 2 * c])]
        return ([nil] + others).map {
          .maxPoolGradient(.init(dy: y, x: x, other: $0, dx: dx, border: border, gated: gated))
        }
      }
  }

  /// Borders around pictures, and centres of them, with channels left out and not.
  private static let paddings: [Operation] = [(1, 3, 5, 1), (2, 9, 8, 17), (1, 12, 33, 64)].flatMap {
    (n, h, w, c) -> [Operation] in
    [(1, 0), (2, 0), (2, 3), (-1, 0), (-1, 16)].map { border, others in
      var g = Graph()
      let y = g.value([n, h + 2 * border, w + 2 * border, c])
      return .pad(.init(x: g.value([n, h, w, c + others]), y: y, border: border))
    }
  }

  private static let elementwise: [Operation] = [[1, 3, 5, 7], [1, 8, 8, 16]].flatMap {
    (shape: Shape) -> [Operation] in
    var g = Graph()
    let (a, b, y) = (g.value(shape), g.value(shape), g.value(shape))
    return [
      .add(.init(a: a, b: b, y: y)),
      .dropout(.init(x: a, control: g.control, y: y, rate: 0.5, key: 0xDEAD_BEEF)),
      .dropout(.init(x: a, control: g.control, y: y, rate: 0.1, key: 7)),
    ]
  }

  private static let losses: [Operation] = [(1, 5, 7, 2), (2, 33, 41, 5), (1, 9, 3, 17)].flatMap {
    (n, h, w, k) -> [Operation] in
    var g = Graph()
    let (logits, labels, weights) = (g.value([n, h, w, k]), g.value([n, h, w]), g.value([n, h, w]))
    let losses = g.value([n, h, w])
    return [
      .softmax(.init(x: logits, y: g.value(logits.shape))),
      .softmaxCrossEntropy(
        .init(
          logits: logits, labels: labels, weights: weights, losses: losses, dlogits: g.value(logits.shape))),
      .sum(.init(x: losses, y: g.value([(n * h * w + Operation.sumBlock - 1) / Operation.sumBlock]))),
    ]
  }

  private static let updates: [Operation] = Optimizer.allCases.flatMap { optimizer in
    [[[1]], [[15], [15]], [[3, 3, 17, 33], [33], [5]]].map { (shapes: [Shape]) -> Operation in
      var g = Graph(optimizer: optimizer)
      let updates = shapes.map { shape in
        ParameterUpdate(
          w: g.value(shape), first: g.value(shape), second: optimizer == .adam ? g.value(shape) : nil,
          dw: g.value(shape))
      }
      return g.update(of: updates)
    }
  }

  private static let accumulations: [Operation] = [true, false].flatMap { begins in
    [[[1]], [[15], [16, 17], [3, 3, 17, 33]]].map { (shapes: [Shape]) -> Operation in
      var g = Graph()
      return .accumulate(
        .init(shapes.map { .init(addend: g.value($0), sum: g.value($0)) }, begins: begins))
    }
  }

  /// Elements for what `operation` reads: numbers of many magnitudes, denormals, exact ties and both zeros among them;
  /// whole numbers for labels, sensible settings for the control.
  package static func elements(of value: Value, in operation: Operation) -> Tensor {
    let stream = RandomStream(seed: 5, stream: UInt32(value.id))
    switch operation {
    case .softmaxCrossEntropy(let op) where value == op.labels:
      let classes = op.logits.shape[3]
      return Tensor(
        value.shape,
        (0..<value.shape.count).map { Float(stream.integer(below: classes, step: 0, index: $0)) })
    case .sgd(let op) where value == op.control: return Tensor([4], [3, 0.01, 0.99, 0.0005])
    case .adam(let op) where value == op.control:
      return Tensor([8], [3, 0.003, 0.9, 0.1, 0.999, 0.001, 1e-9, 0.0005])
    case .adam(let op) where op.updates.contains { $0.second == value }:
      // Means of squares, so not negative; most so large that weights change.
      return Tensor(value.shape, (0..<value.shape.count).map { abs(element(stream, $0)) })
    case .dropout(let op) where value == op.control: return Tensor([4], [12345, 0, 0, 0])
    default:
      return Tensor(value.shape, (0..<value.shape.count).map { element(stream, $0) })
    }
  }

  private static func element(_ stream: RandomStream, _ i: Int) -> Float {
    let uniform = Float(2 * stream.uniform(step: 0, index: i) - 1)
    switch stream.integer(below: 64, step: 1, index: i) {
    case 0: return Float.leastNormalMagnitude / 8 * uniform  // denormal
    case 1: return 1e-20 * uniform
    case 2: return 0
    case 3: return -0.0
    case 4, 5, 6: return (4 * uniform).rounded() / 4
    default: return 2 * uniform
    }
  }
}
