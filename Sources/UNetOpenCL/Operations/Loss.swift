import UNetGraph
import UNetRuntime

// Kernels of loss.cl: the pixel-wise softmax and the weighted cross-entropy of equation 1.

extension OpenCLBackend {
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
}
