import UNetGraph
import UNetNumerics

/// The contracting and the expanding path of figure 1, which the U-Nets share.
struct FigureOne {
  let levels: Int, width: Int, classes: Int
  let dropout: Double
  /// Zeros around what each 3x3 convolution reads: 0 in the paper, 1 to keep the size.
  let border: Int

  /// The scores of the classes for `image [N, H, W, C]`; `up` is the up-convolution to a level.
  /// - Throws: `ShapeError` where the image does not fit, or the network is none.
  func callAsFunction(_ image: Value, in graph: inout Graph, up: (Int) -> UpConv) throws -> Value {
    guard (2...TileGeometry.mostLevels).contains(levels), (1...1 << 16).contains(width), classes > 1 else {
      throw ShapeError(
        operation: "a U-Net of \(levels) levels, width \(width), \(classes) classes", shape: image.shape,
        requirement: "give 2 to \(TileGeometry.mostLevels) levels, a positive width, 2 or more classes")
    }
    var x = image
    var skips: [Value] = []
    for level in 0..<levels {
      if level > 0 { x = try MaxPool()(x, in: &graph) }
      x = try pair("encoder.\(level)", level, x, beside: nil, in: &graph)
      if level >= levels - 2 { x = try Dropout(Float(dropout))(x, in: &graph) }
      skips.append(x)
    }
    for level in (0..<levels - 1).reversed() {
      x = try up(level)(x, in: &graph)
      x = try pair("decoder.\(level)", level, x, beside: skips[level], in: &graph)
    }
    return try Conv("head", channels: classes, side: 1, relu: false)(x, in: &graph)
  }

  /// "the repeated application of two 3x3 convolutions"
  private func pair(
    _ name: String, _ level: Int, _ x: Value, beside skip: Value?, in graph: inout Graph
  ) throws -> Value {
    func read(_ x: Value) throws -> Value { border == 0 ? x : try graph.pad(x, border: border) }
    let (inner, beside) = (try read(x), try skip.map(read))
    let y = try Conv("\(name).conv1", channels: width << level)(inner, beside: beside, in: &graph)
    return try Conv("\(name).conv2", channels: width << level)(read(y), in: &graph)
  }
}
