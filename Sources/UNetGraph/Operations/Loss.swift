import UNetNumerics

// The pixel-wise softmax and the weighted cross-entropy of equation 1.

extension Graph {
  /// The probabilities of the classes of each pixel, of the shape of `x [N, H, W, classes]`.
  public mutating func softmax(_ x: Value) -> Value {
    let y = value(x.shape)
    append(.softmax(.init(x: x, y: y)))
    return y
  }

  /// The weighted loss of equation 1, one element, and the gradient it starts from.
  ///
  /// The sum over pixels is divided by their number, so that the rate does not depend on the tile.
  /// - Throws: `ShapeError` where labels and weights are not one for each pixel.
  public mutating func softmaxCrossEntropy(_ logits: Value, labels: Value, weights: Value) throws
    -> (loss: Value, dlogits: Value)
  {
    try logits.checkAxes(for: "softmax cross-entropy")
    let pixels = Shape(Array(logits.shape.extents.dropLast()))
    for value in [labels, weights] where value.shape != pixels {
      throw ShapeError(
        operation: "softmax cross-entropy", shape: value.shape,
        requirement: "labels and weights must be \(pixels)")
    }
    let (losses, dlogits) = (value(labels.shape), value(logits.shape))
    append(
      .softmaxCrossEntropy(
        .init(logits: logits, labels: labels, weights: weights, losses: losses, dlogits: dlogits)))
    return (total(losses), dlogits)
  }

  /// The sum of all elements as a tree of chains of `Operation.sumBlock`.
  private mutating func total(_ x: Value) -> Value {
    let y = value([(x.shape.count + Operation.sumBlock - 1) / Operation.sumBlock])
    append(.sum(.init(x: x, y: y)))
    return y.shape.count == 1 ? y : total(y)
  }
}

extension Operation {
  /// The elements that one chain of `sum` adds.
  package static let sumBlock = 1024
}

/// `y[c] = exp(x[c]) / Σ exp(x[k])` over the channels of each pixel.
public struct Softmax: OperationBody {
  package let x: Value, y: Value
  package init(x: Value, y: Value) { (self.x, self.y) = (x, y) }

  var reads: [Value] { [x] }
  var writes: [Value] { [y] }
}

/// `losses = weights / pixels · -log softmax(logits)[labels]` for each pixel (equation 1), and its gradient.
public struct SoftmaxCrossEntropy: OperationBody {
  package let logits: Value, labels: Value, weights: Value, losses: Value, dlogits: Value
  package init(logits: Value, labels: Value, weights: Value, losses: Value, dlogits: Value) {
    (self.logits, self.labels, self.weights) = (logits, labels, weights)
    (self.losses, self.dlogits) = (losses, dlogits)
  }

  var reads: [Value] { [logits, labels, weights] }
  var writes: [Value] { [losses, dlogits] }
}

/// Sums of `sumBlock` consecutive elements, each a chain: `y [ceil(count / sumBlock)]`.
public struct Summation: OperationBody {
  package let x: Value, y: Value
  package init(x: Value, y: Value) { (self.x, self.y) = (x, y) }

  var reads: [Value] { [x] }
  var writes: [Value] { [y] }
}
