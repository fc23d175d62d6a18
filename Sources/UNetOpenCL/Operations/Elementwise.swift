import CUNetGeometry
import UNetGraph
import UNetNumerics
import UNetRuntime

// Operations of pool.cl, dropout.cl, loss.cl and update.cl.

extension OpenCLBackend {
  func maxPool(_ op: MaxPooling, _ buffer: Binding) throws -> Launch {
    let y = op.y.shape
    return try kernel("max_pool")
      .bind(buffer(op.x), buffer(op.y), y[1], y[2], y[3]).over(each(y[3]), each(y[2]), y[0] * y[1])
  }

  func maxPoolFragments(_ op: FragmentPooling, _ buffer: Binding) throws -> Launch {
    let (x, y) = (op.x.shape, op.y.shape)
    return try kernel("max_pool_fragments")
      .bind(buffer(op.x), buffer(op.y), x[1], x[2], y[3]).over(each(y[3]), each(y[2]), y[0] * y[1])
  }

  func maxPoolGradient(_ op: MaxPoolingGradient, _ buffer: Binding) throws -> Launch {
    let (x, border) = (op.x.shape, op.border)
    return try kernel("max_pool_gradient")
      .bind(buffer(op.dy), buffer(op.x), buffer(op.other ?? op.x), buffer(op.dx), UNetPoolGradient(op))
      .over(each(x[3]), each(x[2] + 2 * border), x[0] * (x[1] + 2 * border))
  }

  func pad(_ op: Padding, _ buffer: Binding) throws -> Launch {
    let (x, y) = (op.x.shape, op.y.shape)
    return try kernel("pad")
      .bind(buffer(op.x), buffer(op.y), x[1], x[2], x[3], y[3], op.border)
      .over(each(y[3]), each(y[2]), y[0] * y[1])
  }

  func add(_ op: Addition, _ buffer: Binding) throws -> Launch {
    let count = op.y.shape.count
    return try kernel("add")
      .bind(buffer(op.a), buffer(op.b), buffer(op.y), Int64(count)).over(share(wides(count)))
  }

  func dropout(_ op: Dropping, _ buffer: Binding) throws -> Launch {
    let count = op.x.shape.count
    return try kernel("dropout")
      .bind(buffer(op.x), buffer(op.control), buffer(op.y), op.key, op.threshold, op.scale, Int64(count))
      .over(share(count))
  }

  func softmax(_ op: Softmax, _ buffer: Binding) throws -> Launch {
    let (classes, pixels) = (op.x.shape[3], op.x.shape.count / op.x.shape[3])
    return try kernel("softmax")
      .bind(buffer(op.x), buffer(op.y), classes, pixels).over(share(pixels))
  }

  func softmaxCrossEntropy(_ op: SoftmaxCrossEntropy, _ buffer: Binding) throws -> Launch {
    let (classes, pixels) = (op.logits.shape[3], op.labels.shape.count)
    return try kernel("softmax_cross_entropy")
      .bind(
        buffer(op.logits), buffer(op.labels), buffer(op.weights), buffer(op.losses), buffer(op.dlogits),
        classes, 1 / Float(pixels), pixels
      )
      .over(share(pixels))
  }

  func sum(_ op: Summation, _ buffer: Binding) throws -> Launch {
    try kernel("sum")
      .bind(buffer(op.x), buffer(op.y), Int64(op.x.shape.count), Operation.sumBlock, Float(1))
      .over(op.y.shape.count)
  }

  func sgd(_ op: GradientDescent, _ buffer: Binding) throws -> Launch {
    let count = op.w.shape.count
    return try kernel("sgd")
      .bind(buffer(op.w), buffer(op.v), buffer(op.dw), buffer(op.control), Int64(count))
      .over(share(wides(count)))
  }
}

extension UNetPoolGradient {
  fileprivate init(_ op: MaxPoolingGradient) {
    let x = op.x.shape
    self.init()
    (height, width, channels, border, gated) = (x[1], x[2], x[3], op.border, op.gated ? 1 : 0)
    guard let other = op.other?.shape else { return }
    (otherHeight, otherWidth, otherChannels) = (other[1], other[2], other[3])
    (top, left) = Operation.crop(of: x, to: other)
  }
}
