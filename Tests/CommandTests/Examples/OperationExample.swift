import SwiftUNet

// The code of the article "Add an operation", which `ArticleTests` compares with the text there; what it quotes of the
// package itself stands in Sources.

/// An operation by itself.
func padByItself(on device: AnyBackend) throws -> Tensor {
  var graph = Graph()
  let x = graph.value([1, 2, 2, 1])
  let y = try graph.pad(x, border: 1)
  let session = try Session(graph, on: device, keeping: [y])
  try session.write(Tensor(shape: x.shape, elements: [1, 2, 3, 4]), to: x)
  try session.run()
  let padded = try session.read(y)
  return padded
}

/// Two convolutions whose scores are as large as the image.
struct SmallNetwork: Layer {
  func callAsFunction(_ x: Value, in graph: inout Graph) throws -> Value {
    let y = try Conv("first", channels: 8)(graph.pad(x, border: 1), in: &graph)
    return try Conv("head", channels: 2, side: 1, relu: false)(y, in: &graph)
  }
}

/// The losses of a few steps of that network on one sample.
func trainSmallNetwork(_ sample: Sample, on device: AnyBackend) throws -> [Float] {
  let trainer = try Trainer(SmallNetwork(), tile: sample.image.shape, seed: 1, on: device)
  let losses = try (0..<10).map { _ in
    try trainer.step(on: sample, .init(rate: 0.1, momentum: 0.9))
    return try trainer.meanLoss()
  }
  return losses
}
