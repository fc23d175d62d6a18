import CUNetGeometry
import UNetGraph
import UNetNumerics

extension UNetProduct {
  /// A convolution.
  package init(_ op: Convolution) throws(GeometryError) {
    try self.init(
      UNetSource(op.x.shape, op.skip?.shape), taps: op.w.shape, UNetPicture(op.y.shape), N: op.y.shape[0])
    (K, biased, relu) = (op.w.shape[3], 1, op.relu ? 1 : 0)
  }

  /// Its input gradient: the patch of a pixel starts at its last tap in `g`, and taps run backwards.
  package init(_ op: ConvolutionInputGradient) throws(GeometryError) {
    var from = UNetSource(op.g.shape)
    from.x.start = (op.w.shape[0] - 1) * from.x.row + (op.w.shape[1] - 1) * from.x.pixel
    (from.tapRow, from.tapColumn) = (-from.x.row, -from.x.pixel)
    try self.init(from, gradient: op.dx.shape, op.w.shape, border: op.border, isGated: op.gate != nil)
  }

  /// An up-convolution: for each corner of the blocks of `y` one of 1x1.
  package init(_ op: UpConvolution) throws(GeometryError) {
    let y = UNetPicture(op.y.shape)
    try self.init(UNetSource(op.x.shape), taps: [1, 1], y.halved, N: op.y.shape[0])
    (batches, cornerRow, cornerColumn) = (4, y.row, y.pixel)
    (K, biased, relu) = (op.w.shape[3], 1, op.relu ? 1 : 0)
  }

  /// Its input gradient: a convolution of stride 2 of the first channels of `g`.
  package init(_ op: UpConvolutionInputGradient) throws(GeometryError) {
    var from = UNetSource(op.g.shape)
    from.x = from.x.halved
    try self.init(from, gradient: op.dx.shape, op.w.shape, border: op.border, isGated: op.gate != nil)
  }

  private init(
    _ from: UNetSource, gradient dx: Shape, _ w: Shape, border: Int, isGated: Bool
  ) throws(GeometryError) {
    let y = UNetPicture(dx, border: border)
    try self.init(from, taps: w, y, N: dx[0])
    (K, self.from.channels, transposed, self.border, gated) = (w[2], w[3], 1, border, isGated ? 1 : 0)
    gate = UNetPicture([N, y.height, y.width, K])
  }

  private init(_ from: UNetSource, taps: Shape, _ y: UNetPicture, N: Int) throws(GeometryError) {
    self.init()
    (self.from, self.y, self.N, R, S, batches) = (from, y, N, taps[0], taps[1], 1)
    try GeometryError.check(pixels, "pixels")
    try GeometryError.check(
      max(R, S) * max(from.x.row, from.skip.row, y.row), "floats in the rows of a patch")
  }

  /// The pixels of all images.
  package var pixels: Int { N * y.height * y.width }
  /// The elements of the filters of a batch.
  package var filters: Int { R * S * from.allChannels * K }

  /// From the results of batch 0 to those of another.
  package func corner(_ batch: Int) -> Int { batch / 2 * cornerRow + batch % 2 * cornerColumn }

  /// The same with patches that start at their first pixel in memory, wherever taps run.
  package var fromFirstPixel: UNetProduct {
    var product = self
    product.from.x.start += (R - 1) * min(0, from.tapRow) + (S - 1) * min(0, from.tapColumn)
    return product
  }
}

/// What a product reads and writes, at a backend.
package struct ProductBuffers<Buffer> {
  /// The source, its second part, the filters.
  package let x: Buffer, skip: Buffer?, w: Buffer
  /// The bias, none for +0; the mask; the results.
  package let b: Buffer?, gate: Buffer?, y: Buffer

  /// Those given.
  package init(x: Buffer, skip: Buffer? = nil, w: Buffer, b: Buffer? = nil, gate: Buffer? = nil, y: Buffer) {
    (self.x, self.skip, self.w, self.b, self.gate, self.y) = (x, skip, w, b, gate, y)
  }

  package init(_ op: Convolution, _ buffer: (Value) -> Buffer) {
    self.init(
      x: buffer(op.x), skip: op.skip.map(buffer), w: buffer(op.w), b: buffer(op.b), y: buffer(op.y))
  }

  package init(_ op: ConvolutionInputGradient, _ buffer: (Value) -> Buffer) {
    self.init(x: buffer(op.g), w: buffer(op.w), gate: op.gate.map(buffer), y: buffer(op.dx))
  }

  package init(_ op: UpConvolution, _ buffer: (Value) -> Buffer) {
    self.init(x: buffer(op.x), w: buffer(op.w), b: buffer(op.b), y: buffer(op.y))
  }

  package init(_ op: UpConvolutionInputGradient, _ buffer: (Value) -> Buffer) {
    self.init(x: buffer(op.g), w: buffer(op.w), gate: op.gate.map(buffer), y: buffer(op.dx))
  }
}

extension UNetProduct {
  /// Rows of results, counted through all images.
  package var rows: Int { N * y.height }

  /// Floats that one more row of results reads.
  package var floatsOfRow: Int { from.x.row + (from.skipChannels > 0 ? from.skip.row : 0) }

  /// Whether less has to be fetched where every panel of filters, `filters` floats together, meets `near` rows of results
  /// before the next rows, than where a panel meets all rows before the next panel.
  package func takesRowsFirst(near: Int, panels: Int, filters: Int) -> Bool {
    rows / near * filters < panels * rows * floatsOfRow
  }
}
