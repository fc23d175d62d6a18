import CUNetGeometry
import UNetGraph
import UNetNumerics

extension UNetFilterGradient {
  /// A convolution's: taps move the source, and `g` lies in a border.
  package init(_ op: ConvolutionWeightGradient) throws(GeometryError) {
    let g = UNetPicture(op.g.shape, border: op.dw.shape[0] - 1)
    try self.init(UNetSource(op.x.shape, op.skip?.shape), g, op.dw.shape, N: op.x.shape[0])
    batches = 1
  }

  /// An up-convolution's: taps move `g`, whose pixels are every second.
  package init(_ op: UpConvolutionWeightGradient) throws(GeometryError) {
    let g = UNetPicture(op.g.shape)
    try self.init(UNetSource(op.x.shape), g.halved, op.dw.shape, N: op.x.shape[0])
    (from.tapRow, from.tapColumn, gTapRow, gTapColumn) = (0, 0, g.row, g.pixel)
    batches = 4
  }

  private init(_ from: UNetSource, _ g: UNetPicture, _ dw: Shape, N: Int) throws(GeometryError) {
    self.init()
    (self.from, self.g, R, S, K) = (from, g, dw[0], dw[1], dw[3])
    (pixels, block) = (N * g.height * g.width, Operation.gradientRows(width: g.width))
    try GeometryError.check(pixels, "pixels")
    try GeometryError.check(dw.count, "weights")
    try GeometryError.check(
      max(R, S) * max(from.x.row, from.skip.row, g.row), "floats in the rows of a patch")
  }

  /// Images.
  package var images: Int { rows / g.height }
  /// Rows of pixels, counted through all images, and the blocks that they are summed in.
  package var rows: Int { (pixels + g.width - 1) / g.width }
  package var blocks: Int { (rows + block - 1) / block }
  /// The elements of all filters.
  package var weights: Int { R * S * from.allChannels * K }

  /// Whether a processor's cache has few lines for the pixels of both operands, between which lie all their channels, so that
  /// packing them takes less time than it saves: an up-convolution's, whose pixels of `g` are also every second.
  package var isWorthPacking: Bool { batches == 4 && from.channels >= 256 }

  /// Taps of a row whose sums are taken together: neighbours fill the registers where channels are few.
  package var shifts: Int {
    guard batches == 1 else { return 1 }
    return S.isMultiple(of: 3) ? 3 : S.isMultiple(of: 4) && from.allChannels < 24 ? 4 : 1
  }
}

/// What a gradient of filters reads and writes, at a backend.
package struct GradientBuffers<Buffer> {
  /// The source, its second part, the gradient of the result.
  package let x: Buffer, skip: Buffer?, g: Buffer
  /// The gradients of filters and biases.
  package let dw: Buffer, db: Buffer

  package init(_ op: ConvolutionWeightGradient, _ buffer: (Value) -> Buffer) {
    (x, skip, g) = (buffer(op.x), op.skip.map(buffer), buffer(op.g))
    (dw, db) = (buffer(op.dw), buffer(op.db))
  }

  package init(_ op: UpConvolutionWeightGradient, _ buffer: (Value) -> Buffer) {
    (x, skip, g, dw, db) = (buffer(op.x), nil, buffer(op.g), buffer(op.dw), buffer(op.db))
  }
}
