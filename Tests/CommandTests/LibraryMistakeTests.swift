import SwiftUNet
import Testing

/// What a program gets wrong in its arrays, shapes and numbers is an error, never the end of the program.
@Suite struct LibraryMistakeTests {
  /// A layer of a few operations.
  private struct Written: Layer {
    let body: @Sendable (Value, inout Graph) throws -> Value
    func callAsFunction(_ x: Value, in graph: inout Graph) throws -> Value { try body(x, &graph) }
  }

  /// Two convolutions of one map, the result of the second read as a skip.
  private static func branches(
    _ skip: @escaping @Sendable (Value, inout Graph) throws -> Value
  ) -> any Layer {
    Written { x, graph in
      func conv(_ name: String, _ x: Value) throws -> Value {
        try Conv(name, channels: 2, side: 1)(x, in: &graph)
      }
      let y = try conv("first", x)
      let (a, b) = (try conv("a", y), try conv("b", y))
      return try Conv("last", channels: 2, side: 1)(a, beside: skip(b, &graph), in: &graph)
    }
  }

  private static let layers: [(name: String, layer: any Layer, says: String)] = [
    ("levels", UNet(levels: 1), "2 to 12 levels"), ("many levels", PaddedUNet(levels: 99), "2 to 12 levels"),
    ("width", UNet(levels: 2, width: 0), "a positive width"),
    ("classes", UNet(levels: 2, width: 4, classes: 1), "2 or more classes"),
    ("no filters", Conv("a", channels: 0), "every extent positive"),
    ("negative side", Conv("a", channels: 2, side: -1), "every extent positive"),
    ("too large a filter", Conv("a", channels: 2, side: 65), "give a larger tile"),
    ("no outputs", UpConv("a", channels: -3), "every extent positive"),
    ("axes", Written { _, graph in graph.value([4, 4]) }, "must be [N, H, W, C]"),
    ("pooled axes", Written { _, graph in try graph.maxPool(graph.value([4, 4])) }, "must be [N, H, W, C]"),
    ("border", Written { x, graph in try graph.pad(x, border: -40) }, "every extent positive"),
    (
      "foreign filter",
      Written { x, graph in
        try graph.upConv(x, w: graph.value([2, 2, 7, 2]), b: graph.value([2]), relu: false)
      }, "must have 1 channels"
    ),
    ("skip without a pooling", branches { y, _ in y }, "must be read by a max-pooling too"),
    (
      "padded skip", branches { y, graph in try graph.pad(y, border: 1) }, "must be read by a max-pooling too"
    ),
  ]

  @Test(arguments: layers.indices) func aNetworkThatIsNone(index: Int) throws {
    let (name, layer, says) = Self.layers[index]
    let device = try DeviceRegistry().open(.cpu)
    let error = try #require(throws: ShapeError.self, "\(name)") {
      try Trainer(layer, tile: [1, 64, 64, 1], seed: 1, on: device)
    }
    #expect(error.description.contains(says), "\(name): \(error)")
  }

  @Test(arguments: [[], [0], [1, 8, 8], [1, -8, 8, 1], [1, 8, 8, 1, 1]]) func aTile(extents: [Int]) throws {
    let device = try DeviceRegistry().open(.cpu)
    #expect(throws: ShapeError.self) {
      try Trainer(Conv("a", channels: 2), tile: Shape(extents), seed: 1, on: device)
    }
  }

  @Test func anImage() throws {
    #expect(try Image(shape: [2, 1], format: .uint8, pixels: [0, 1]).height == 2)
    for shape: Shape in [[3], [2, 2], [2, 1, 1, 1], [-2, -1], []] {
      #expect(throws: ShapeError.self) { try Image(shape: shape, format: .uint8, pixels: [0, 1]) }
    }
  }

  @Test func aValueOfAnotherGraph() throws {
    var graph = Graph()
    let x = graph.value([1, 2, 2, 1])
    let y = try graph.pad(x, border: 1)
    let other = graph.value([1, 2, 2, 1])
    let session = try Session(graph, on: DeviceRegistry().open(.cpu), keeping: [y])
    #expect(throws: ShapeError.self) { try session.read(other) }
    #expect(throws: ShapeError.self) {
      try session.write(Tensor(shape: other.shape, elements: [1, 2, 3, 4]), to: other)
    }
  }

  @Test("labels of no class: the same figures everywhere, and nothing is read beside the scores")
  func labels() throws {
    let labels: [Float] = [-1, 2, 1e30, -1e30, .nan, .infinity, 0, 1, 0.5]
    func losses(on device: AnyBackend) throws -> [Float] {
      var graph = Graph()
      let (scores, truth) = (graph.value([1, 3, 3, 2]), graph.value([1, 3, 3]))
      let weights = graph.value([1, 3, 3])
      let (loss, change) = try graph.softmaxCrossEntropy(scores, labels: truth, weights: weights)
      let session = try Session(graph, on: device, keeping: [loss, change])
      try session.write(Tensor(shape: scores.shape, elements: (0..<18).map { Float($0 % 5) }), to: scores)
      try session.write(Tensor(shape: truth.shape, elements: labels), to: truth)
      try session.write(Tensor(shape: truth.shape, elements: [Float](repeating: 1, count: 9)), to: weights)
      try session.run()
      return try session.read(loss).elements + session.read(change).elements
    }
    let registry = DeviceRegistry()
    let (here, there) = (try losses(on: registry.open(.cpu)), try losses(on: registry.open()))
    #expect(here.allSatisfy(\.isFinite) && here.map(\.bitPattern) == there.map(\.bitPattern))
  }
}
