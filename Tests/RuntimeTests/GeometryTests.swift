import CUNetGeometry
import Testing
import UNetGraph
import UNetNumerics
import UNetRuntime

/// Values of a graph that nobody runs, so that shapes may be as large as they like.
private func values(_ shapes: [Int]...) -> [Value] {
  var graph = Graph()
  return shapes.map { graph.value(Shape($0)) }
}

/// A tile of 5800² at width 64: an image has more floats than 2^31, and every stride of it comes through.
@Test func stridesBeyond32BitsComeThrough() throws {
  let v = values([2, 5800, 5800, 64], [3, 3, 64, 64], [64], [2, 5798, 5798, 64])
  let shape = try UNetProduct(Convolution(x: v[0], w: v[1], b: v[2], y: v[3], relu: true))
  #expect(shape.from.x.image == 2_152_960_000 && shape.y.image == 5798 * 5798 * 64)
  #expect(shape.from.x.image > Int(Int32.max) && shape.pixels == 2 * 5798 * 5798)
  #expect(shape.relu == 1 && shape.biased == 1 && shape.gated == 0 && shape.filters == 9 * 64 * 64)

  let w = values([1, 5800, 5800, 64], [3, 3, 64, 64], [1, 5798, 5798, 64], [1, 5800, 5800, 64])
  let gradient = try UNetProduct(ConvolutionInputGradient(g: w[0], w: w[1], gate: w[2], dx: w[3], border: 1))
  #expect(gradient.from.x.start == 2 * (5800 + 1) * 64 && gradient.from.tapRow == -5800 * 64)
  #expect(gradient.y.start == (5800 + 1) * 64 && gradient.y.height == 5798 && gradient.border == 1)
  #expect(gradient.gated == 1 && gradient.gate.image == 5798 * 5798 * 64)
  #expect(gradient.fromFirstPixel.from.x.start == 0)
}

/// The centre of a skip of 9,000² beside 5,798²: its crop starts beyond 2^31 floats too.
@Test func aCropBeyond32BitsComesThrough() throws {
  let v = values(
    [1, 5798, 5798, 64], [1, 15_000, 15_000, 64], [3, 3, 128, 64], [64], [1, 5796, 5796, 64])
  let shape = try UNetProduct(Convolution(x: v[0], skip: v[1], w: v[2], b: v[3], y: v[4], relu: false))
  #expect(shape.from.skip.start == (4601 * 15_000 + 4601) * 64)
  #expect(shape.from.skip.start > Int(Int32.max) && shape.from.allChannels == 128)
}

@Test func anUpConvolutionWritesTheCornersOfBlocks() throws {
  let v = values([1, 5, 6, 8], [2, 2, 8, 4], [4], [1, 10, 12, 4])
  let shape = try UNetProduct(UpConvolution(x: v[0], w: v[1], b: v[2], y: v[3], relu: false))
  #expect(shape.batches == 4 && shape.y.height == 5 && shape.y.width == 6 && shape.y.row == 2 * 12 * 4)
  #expect((0..<4).map(shape.corner) == [0, 4, 48, 52])
}

@Test func theGradientOfAnUpConvolutionMovesItsOutput() throws {
  let v = values([1, 10, 12, 4], [1, 5, 6, 8], [2, 2, 8, 4], [4])
  let shape = try UNetFilterGradient(UpConvolutionWeightGradient(g: v[0], x: v[1], dw: v[2], db: v[3]))
  #expect(shape.batches == 4 && shape.from.tapRow == 0 && shape.gTapRow == 48 && shape.gTapColumn == 4)
  #expect(shape.pixels == 30 && shape.shifts == 1 && shape.images == 1 && shape.blocks == 1)
}

/// What kernels count in 32 bits ends in a sentence, not in a trap.
@Test func moreThanADeviceCountsIsAnError() throws {
  let v = values([1, 50_002, 50_002, 1], [3, 3, 1, 1], [1], [1, 50_000, 50_000, 1])
  let error = try #require(throws: GeometryError.self) {
    try UNetProduct(Convolution(x: v[0], w: v[1], b: v[2], y: v[3], relu: false))
  }
  #expect(
    error.description
      == "a convolution has 2500000000 pixels, and a device counts to 2147483647: give a smaller tile or width"
  )
}
