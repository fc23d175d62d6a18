import UNetGraph
import UNetNumerics

/// Operations at shapes that divide evenly and shapes that do not.
enum Cases {
  /// Channels around the sizes of vectors, panels and tiles.
  private static let channels = [1, 2, 15, 16, 17, 33, 64, 65, 128]

  /// Pairs of channels in and out: each size on either side.
  private static let pairs = channels.flatMap { [($0, 17), ($0, 64), (3, $0), (33, $0)] }

  /// Every operation, at all of its shapes.
  static let all =
    convolutions + gradients + formed + skips + larger + winograd + upConvolutions + wide + plain

  private static let convolutions = pairs.flatMap { c, k in
    [
      make { conv(&$0, [2, 5, 9, c], k: k, side: 3, relu: true) },
      make { conv(&$0, [1, 3, 13, c], k: k, side: 1, relu: false) },
    ]
  }

  private static let gradients = pairs.flatMap { c, k in
    [
      make { convInputGradient(&$0, [2, 3, 7, k], c: c, side: 3) },
      make { convInputGradient(&$0, [1, 2, 5, k], c: c, side: 1) },
      make { convWeightGradient(&$0, [2, 5, 9, c], k: k, side: 3) },
      make { convWeightGradient(&$0, [1, 3, 5, c], k: k, side: 1) },
    ]
  }

  /// Input gradients that are gated, bordered, or both.
  private static let formed = pairs.flatMap { c, k in
    [
      make { g in
        .convInputGradient(
          .init(
            g: g.value([2, 7, 11, k]), w: g.value([3, 3, c, k]), gate: g.value([2, 5, 9, c]),
            dx: g.value([2, 9, 13, c]), border: 2))
      },
      make { g in
        .convInputGradient(
          .init(
            g: g.value([2, 3, 7, k]), w: g.value([1, 1, c, k]), dx: g.value([2, 5, 9, c]), border: 1))
      },
      make { g in
        .upConvInputGradient(
          .init(
            g: g.value([2, 4, 26, k + 1]), w: g.value([2, 2, c, k]), gate: g.value([2, 2, 13, c]),
            dx: g.value([2, 4, 15, c]), border: 1))
      },
    ]
  }

  /// Skips as large as x, and larger by odd and even sides.
  private static let skips = pairs.flatMap { c, k in
    skipped([2, 5, 9, c], [2, 6, 12, 17], k: k) + skipped([1, 4, 8, 3], [1, 7, 8, c], k: k)
  }

  /// The sides of the sliding-window network's filters.
  private static let larger = [4, 5].flatMap { side in
    [(1, 48), (3, 16), (48, 48), (49, 33), (7, 96), (48, 200)].flatMap { c, k in
      [
        make { conv(&$0, [2, side + 2, side + 8, c], k: k, side: side, relu: true) },
        make { convInputGradient(&$0, [2, 3, 9, k], c: c, side: side) },
        make { convWeightGradient(&$0, [2, side + 2, side + 8, c], k: k, side: side) },
      ]
    }
  }

  /// Pictures that 4x4 tiles divide and do not, fewer tiles than filters and more, more than a block of the gradients.
  static let winograd =
    [
      ([1, 6, 6], 32, 32), ([2, 5, 9], 48, 32), ([1, 26, 31], 32, 64), ([1, 70, 62], 32, 32),
      ([1, 8, 11], 80, 144),
    ].flatMap { (size: [Int], c: Int, k: Int) in
      let (x, dy) = (Shape(size + [c]), Shape([size[0], size[1] - 2, size[2] - 2, k]))
      return [
        make { conv(&$0, x, k: k, side: 3, relu: true, .winograd) },
        make { conv(&$0, x, k: k, side: 3, relu: false, .winograd) },
        make { convInputGradient(&$0, dy, c: c, side: 3, .winograd) },
        make { convWeightGradient(&$0, x, k: k, side: 3, .winograd) },
        make { g in
          .convInputGradient(
            .init(
              g: g.value([size[0], size[1], size[2], k]), w: g.value([3, 3, c, k]),
              gate: g.value([size[0], size[1] - 2, size[2] - 2, c]), dx: g.value(x), border: 1,
              algorithm: .winograd))
        },
      ]
    } + skipped([1, 9, 10, 48], [1, 14, 13, 16], k: 32, .winograd)
    + skipped([2, 6, 7, 96], [2, 6, 7, 80], k: 64, .winograd)

  private static let upConvolutions = pairs.flatMap { c, k in
    [
      make { g in
        let (x, w, y) = (g.value([2, 3, 5, c]), g.value([2, 2, c, k]), g.value([2, 6, 10, k]))
        return .upConv(.init(x: x, w: w, b: g.value([k]), y: y, relu: c % 2 == 0))
      },
      make { g in
        .upConvInputGradient(
          .init(g: g.value([2, 4, 6, k]), w: g.value([2, 2, c, k]), dx: g.value([2, 2, 3, c])))
      },
      make { g in
        let (dw, db) = (g.value([2, 2, c, k]), g.value([k]))
        return .upConvWeightGradient(
          .init(g: g.value([2, 4, 6, k]), x: g.value([2, 2, 3, c]), dw: dw, db: db))
      },
    ]
  }

  /// Rows so wide that a chain of a weight gradient ends inside an image, in the next one, or after a single row;
  /// channels so many that the gradient of an up-convolution packs them.
  private static let wide = [
    make { convWeightGradient(&$0, [2, 7, 302, 2], k: 3, side: 3) },
    make { convWeightGradient(&$0, [1, 5, 1100, 1], k: 17, side: 3) },
    make { convWeightGradient(&$0, [3, 40, 42, 9], k: 5, side: 3) },
    make { g in
      let (dw, db) = (g.value([2, 2, 7, 6]), g.value([6]))
      return .upConvWeightGradient(
        .init(g: g.value([2, 10, 800, 6]), x: g.value([2, 5, 400, 7]), dw: dw, db: db))
    },
    make { conv(&$0, [1, 40, 83, 5], k: 20, side: 3, relu: true) },
    make { conv(&$0, [1, 11, 12, 3], k: 4, side: 5, relu: true) },
    make { convWeightGradient(&$0, [1, 9, 10, 3], k: 4, side: 2) },
    make { g in
      let (x, dw) = (g.value([2, 18, 31, 261]), g.value([2, 2, 261, 17]))
      return .upConvWeightGradient(.init(g: g.value([2, 36, 62, 17]), x: x, dw: dw, db: g.value([17])))
    },
  ]

  private static let plain = [1, 3, 16, 21, 64].flatMap { c in
    [
      make { g in
        .gate(
          .init(dy: g.value([2, 3, 5, c]), y: g.value([2, 3, 5, c]), g: g.value([2, 7, 9, c]), border: 2))
      },
      make { g in .gate(.init(dy: g.value([1, 3, 5, c]), y: nil, g: g.value([1, 5, 7, c]), border: 1)) },
      make { g in
        .gate(.init(dy: g.value([1, 3, 5, c]), y: g.value([1, 3, 5, c]), g: g.value([1, 3, 5, c])))
      },
      make { g in .maxPool(.init(x: g.value([2, 6, 10, c]), y: g.value([2, 3, 5, c]))) },
      make { g in .maxPoolFragments(.init(x: g.value([2, 7, 11, c]), y: g.value([8, 3, 5, c]))) },
      make { g in
        .maxPoolGradient(
          .init(
            dy: g.value([2, 3, 5, c]), x: g.value([2, 6, 10, c]), dx: g.value([2, 6, 10, c])))
      },
      make { g in
        .maxPoolGradient(
          .init(
            dy: g.value([2, 3, 5, c]), x: g.value([2, 6, 10, c]), other: g.value([2, 3, 4, c + 5]),
            dx: g.value([2, 6, 10, c]), gated: true))
      },
      make { g in
        .maxPoolGradient(
          .init(
            dy: g.value([2, 3, 5, c]), x: g.value([2, 6, 10, c]), other: g.value([2, 6, 7, 2 * c]),
            dx: g.value([2, 10, 14, c]), border: 2, gated: true))
      },
      make { g in
        .gate(
          .init(
            dy: g.value([2, 3, 5, c + 2]), y: g.value([2, 3, 5, c]), g: g.value([2, 5, 7, c]), border: 1))
      },
      make { g in
        .upConvInputGradient(
          .init(
            g: g.value([1, 4, 6, c + 3]), w: g.value([2, 2, 5, c]), dx: g.value([1, 2, 3, 5])))
      },
      make { g in
        let (dw, db) = (g.value([2, 2, 5, c]), g.value([c]))
        return .upConvWeightGradient(
          .init(g: g.value([1, 4, 6, 2 * c]), x: g.value([1, 2, 3, 5]), dw: dw, db: db))
      },
      make { g in .pad(.init(x: g.value([2, 3, 5, c]), y: g.value([2, 7, 9, c]), border: 2)) },
      make { g in .pad(.init(x: g.value([2, 6, 7, c + 5]), y: g.value([2, 4, 5, c]), border: -1)) },
      make { g in
        .dropout(
          .init(
            x: g.value([2, 60, 70, c]), control: g.control, y: g.value([2, 60, 70, c]), rate: 0.3, key: 77))
      },
      make { g in
        .add(.init(a: g.value([2, 50, 50, c]), b: g.value([2, 50, 50, c]), y: g.value([2, 50, 50, c])))
      },
      make { g in .softmax(.init(x: g.value([2, 30, 31, c]), y: g.value([2, 30, 31, c]))) },
      make { g in
        .softmaxCrossEntropy(
          .init(
            logits: g.value([2, 30, 31, c]), labels: g.value([2, 30, 31]), weights: g.value([2, 30, 31]),
            losses: g.value([2, 30, 31]), dlogits: g.value([2, 30, 31, c])))
      },
      make { g in .sum(.init(x: g.value([1000 * c]), y: g.value([(1000 * c + 1023) / 1024]))) },
      make { g in
        .sgd(
          .init(
            [[33, c], [c]].map { .init(w: g.value($0), first: g.value($0), dw: g.value($0)) },
            control: g.control)
        )
      },
      adam(channels: c),
      make { g in
        .accumulate(
          .init([[33, c], [c]].map { .init(addend: g.value($0), sum: g.value($0)) }, begins: true))
      },
      make { g in
        .accumulate(
          .init([[33, c], [c]].map { .init(addend: g.value($0), sum: g.value($0)) }, begins: false))
      },
    ]
  }

  private static func adam(channels c: Int) -> Operation {
    var g = Graph(optimizer: .adam)
    let updates = [[33, c], [c]].map { (shape: Shape) in
      ParameterUpdate(w: g.value(shape), first: g.value(shape), second: g.value(shape), dw: g.value(shape))
    }
    return .adam(.init(updates, control: g.control))
  }

  private static func make(_ operation: (inout Graph) -> Operation) -> Operation {
    var graph = Graph()
    return operation(&graph)
  }

  private static func conv(
    _ g: inout Graph, _ x: Shape, k: Int, side: Int, relu: Bool, _ algorithm: Algorithm = .direct
  )
    -> Operation
  {
    let y = g.value([x[0], x[1] - side + 1, x[2] - side + 1, k])
    return .conv(
      .init(
        x: g.value(x), w: g.value([side, side, x[3], k]), b: g.value([k]), y: y, relu: relu,
        algorithm: algorithm))
  }

  /// A convolution of x and the centre of a skip, and its weight gradient.
  private static func skipped(_ x: Shape, _ skip: Shape, k: Int, _ algorithm: Algorithm = .direct)
    -> [Operation]
  {
    var g = Graph()
    let (a, b) = (g.value(x), g.value(skip))
    let (w, bias) = (g.value([3, 3, x[3] + skip[3], k]), g.value([k]))
    let (y, bordered) = (g.value([x[0], x[1] - 2, x[2] - 2, k]), g.value([x[0], x[1] + 2, x[2] + 2, k]))
    return [
      .conv(.init(x: a, skip: b, w: w, b: bias, y: y, relu: true, algorithm: algorithm)),
      .convWeightGradient(.init(g: bordered, x: a, skip: b, dw: w, db: bias, algorithm: algorithm)),
    ]
  }

  /// `dy` is the shape of the output's gradient without its border.
  private static func convInputGradient(
    _ g: inout Graph, _ dy: Shape, c: Int, side: Int, _ algorithm: Algorithm = .direct
  )
    -> Operation
  {
    let border = side - 1
    let bordered = g.value([dy[0], dy[1] + 2 * border, dy[2] + 2 * border, dy[3]])
    let dx = g.value([dy[0], dy[1] + border, dy[2] + border, c])
    return .convInputGradient(
      .init(g: bordered, w: g.value([side, side, c, dy[3]]), dx: dx, algorithm: algorithm))
  }

  private static func convWeightGradient(
    _ g: inout Graph, _ x: Shape, k: Int, side: Int, _ algorithm: Algorithm = .direct
  )
    -> Operation
  {
    let border = side - 1
    let bordered = g.value([x[0], x[1] + border, x[2] + border, k])
    let (dw, db) = (g.value([side, side, x[3], k]), g.value([k]))
    return .convWeightGradient(.init(g: bordered, x: g.value(x), dw: dw, db: db, algorithm: algorithm))
  }
}
