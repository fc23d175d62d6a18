import UNetNumerics

// Forward operations with their shape rules.

extension Graph {
  /// An unpadded convolution with `w [R, S, C, K]`: of `x [N, H, W, C]`, or of the channels of `x` and then those of
  /// the centre of `skip`, C together.
  package mutating func conv(_ x: Value, skip: Value? = nil, w: Value, b: Value, relu: Bool) throws -> Value {
    let (r, s) = (w.shape[0], w.shape[1])
    guard x.shape[1] >= r, x.shape[2] >= s else {
      throw ShapeError(
        operation: "conv", shape: x.shape,
        requirement: "smaller than the filter \(w.shape); give a larger tile")
    }
    if let skip, skip.shape[1] < x.shape[1] || skip.shape[2] < x.shape[2] {
      throw ShapeError(
        operation: "conv", shape: x.shape, requirement: "larger than the skip \(skip.shape) that it crops")
    }
    let y = value([x.shape[0], x.shape[1] - r + 1, x.shape[2] - s + 1, w.shape[3]])
    let fits = Operation.winogradFits(w.shape, split: x.shape[3])
    let algorithm: Algorithm = numerics == .winograd && fits ? .winograd : .direct
    append(.conv(x: x, skip: skip, w: w, b: b, y: y, relu: relu, algorithm: algorithm))
    return y
  }

  /// The maximum of each 2x2 block.
  package mutating func maxPool(_ x: Value) throws -> Value {
    guard x.shape[1].isMultiple(of: 2), x.shape[2].isMultiple(of: 2), x.shape[1] > 0, x.shape[2] > 0 else {
      throw ShapeError(
        operation: "max-pool", shape: x.shape,
        requirement: "height and width must be even; choose another tile")
    }
    let y = value([x.shape[0], x.shape[1] / 2, x.shape[2] / 2, x.shape[3]])
    append(.maxPool(x: x, y: y))
    return y
  }

  /// The maxima of all 2x2 blocks, those of blocks that overlap in images of their own.
  package mutating func maxPoolFragments(_ x: Value) throws -> Value {
    guard !x.shape[1].isMultiple(of: 2), !x.shape[2].isMultiple(of: 2), x.shape[1] > 1, x.shape[2] > 1 else {
      throw ShapeError(
        operation: "max-pool in fragments", shape: x.shape,
        requirement: "height and width must be odd, so that the blocks of all four corners are as many; "
          + "choose another tile")
    }
    let y = value([4 * x.shape[0], x.shape[1] / 2, x.shape[2] / 2, x.shape[3]])
    append(.maxPoolFragments(x: x, y: y))
    return y
  }

  /// Each pixel of `x [N, H, W, C]` becomes a 2x2 block; `w [2, 2, C, K]`.
  package mutating func upConv(_ x: Value, w: Value, b: Value, relu: Bool) -> Value {
    let y = value([x.shape[0], 2 * x.shape[1], 2 * x.shape[2], w.shape[3]])
    append(.upConv(x: x, w: w, b: b, y: y, relu: relu))
    return y
  }

  /// `x` with elements dropped while training; each call draws its own stream.
  package mutating func dropout(_ x: Value, rate: Float) -> Value {
    let y = value(x.shape)
    let key = RandomStream(seed: seed, stream: 0x4000_0000 + UInt32(y.id)).key
    append(.dropout(x: x, control: control, y: y, rate: rate, key: key))
    return y
  }

  /// The probabilities of the classes of each pixel.
  package mutating func softmax(_ x: Value) -> Value {
    let y = value(x.shape)
    append(.softmax(x: x, y: y))
    return y
  }

  /// The weighted loss of equation 1, one element, and the gradient it starts from.
  ///
  /// The sum over pixels is divided by their number, so that the rate does not depend on the tile.
  package mutating func softmaxCrossEntropy(_ logits: Value, labels: Value, weights: Value)
    -> (loss: Value, dlogits: Value)
  {
    let (losses, dlogits) = (value(labels.shape), value(logits.shape))
    append(
      .softmaxCrossEntropy(
        logits: logits, labels: labels, weights: weights, losses: losses, dlogits: dlogits))
    return (total(losses), dlogits)
  }

  /// The sum of all elements as a tree of chains of `Operation.sumBlock`.
  private mutating func total(_ x: Value) -> Value {
    let y = value([(x.shape.count + Operation.sumBlock - 1) / Operation.sumBlock])
    append(.sum(x: x, y: y))
    return y.shape.count == 1 ? y : total(y)
  }
}
