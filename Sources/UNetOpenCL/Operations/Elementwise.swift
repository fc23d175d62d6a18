import UNetGraph
import UNetNumerics
import UNetRuntime

// Operations of pool.cl, dropout.cl, loss.cl and update.cl.

extension OpenCLBackend {
  func maxPool(_ y: Shape, _ from: DeviceBuffer, _ to: DeviceBuffer) throws -> Step {
    try kernel("max_pool").bind(from, to, y[1], y[2], y[3]).over(
      each(y[3]), each(y[2]), y[0] * y[1])
  }

  func maxPoolFragments(_ x: Shape, _ y: Shape, _ from: DeviceBuffer, _ to: DeviceBuffer) throws -> Step {
    try kernel("max_pool_fragments")
      .bind(from, to, x[1], x[2], y[3]).over(each(y[3]), each(y[2]), y[0] * y[1])
  }

  func maxPoolGradient(
    _ x: Shape, _ other: Shape?, _ dy: DeviceBuffer, _ from: DeviceBuffer, _ added: DeviceBuffer?,
    _ dx: DeviceBuffer, frame: Int, gated: Bool
  ) throws -> Step {
    let crop = other ?? x
    let (top, left) = Operation.crop(of: x, to: crop)
    return try kernel("max_pool_gradient")
      .bind(
        dy, from, added ?? from, dx, x[1], x[2], x[3], crop[1], crop[2], crop[3], top, left, added != nil,
        frame, gated
      )
      .over(each(x[3]), each(x[2] + 2 * frame), x[0] * (x[1] + 2 * frame))
  }

  func add(_ y: Shape, _ a: DeviceBuffer, _ b: DeviceBuffer, _ to: DeviceBuffer) throws -> Step {
    try kernel("add").bind(a, b, to, y.count).over(share(wides(y.count)))
  }

  func dropout(
    _ x: Shape, _ from: DeviceBuffer, _ control: DeviceBuffer, _ to: DeviceBuffer, rate: Float, key: UInt32
  ) throws -> Step {
    let drop = Dropping(rate: rate)
    return try kernel("dropout")
      .bind(from, control, to, key, drop.threshold, drop.scale, x.count).over(share(x.count))
  }

  func softmax(_ x: Shape, _ from: DeviceBuffer, _ to: DeviceBuffer) throws -> Step {
    let pixels = x[0] * x[1] * x[2]
    return try kernel("softmax").bind(from, to, x[3], pixels).over(share(pixels))
  }

  func softmaxCrossEntropy(
    _ shape: Shape, _ logits: DeviceBuffer, _ labels: DeviceBuffer, _ weights: DeviceBuffer,
    _ losses: DeviceBuffer, _ dlogits: DeviceBuffer
  ) throws -> Step {
    let pixels = shape[0] * shape[1] * shape[2]
    return try kernel("softmax_cross_entropy")
      .bind(logits, labels, weights, losses, dlogits, shape[3], 1 / Float(pixels), pixels)
      .over(share(pixels))
  }

  func sum(_ x: Shape, _ from: DeviceBuffer, _ to: DeviceBuffer) throws -> Step {
    let block = Operation.sumBlock
    return try kernel("sum")
      .bind(from, to, x.count, block, Float(1)).over((x.count + block - 1) / block)
  }

  func sgd(_ shape: Shape, _ w: DeviceBuffer, _ v: DeviceBuffer, _ dw: DeviceBuffer, _ control: DeviceBuffer)
    throws -> Step
  {
    try kernel("sgd").bind(w, v, dw, control, shape.count).over(
      share(wides(shape.count)))
  }
}
