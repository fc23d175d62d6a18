import CUNetVector
import UNetGraph
import UNetRuntime

/// What convolutions and gradients share.
enum Winograd {
  /// The elements of a transformed tile or filter.
  static let places = 36
  /// Tiles that are worked on at a time: their transforms stay in a core's cache.
  static let strip = 24

  /// Tiles that cover so many results.
  static func tiles(_ side: Int) -> Int { (side + 3) / 4 }

  /// Room for the transforms of so many tiles, or filters, with a line between places.
  static func floats(tiles: Int, channels: Int) -> Int { places * (tiles * channels + 16) }

  /// Channels or filters of a gradient that are worked on at a time: at most 128.
  static func group(of channels: Int) -> Int {
    let vectors = channels / 16
    let most = (1...8).last { vectors.isMultiple(of: $0) } ?? 1
    return 16 * most
  }
}

extension CPUBackend {
  /// `y [N, h-2, w-2, K] = x [N, h, w, C] ∗ w [3, 3, C, K] + b [K]`, rectified if `relu`; the channels of the centre of
  /// `skip` follow those of `x`.
  func winogradConv(_ op: Convolution, _ bound: Binding) throws -> Step {
    let (x, skip, w) = (bound(op.x), op.skip.map(bound), bound(op.w))
    let (b, y) = (bound(op.b), bound(op.y))
    let (channels, outputs) = (w.shape[2], w.shape[3])
    let result = y.picture()
    let sums = UNetWinograd(
      x: x.picture(), skip: skip?.picture(besides: x) ?? x.picture(), y: result, gate: UNetPicture(),
      tileRows: Winograd.tiles(result.height), tileColumns: Winograd.tiles(result.width), split: x.pixel,
      channels: channels, outputs: outputs, bias: b.floats, relu: op.relu ? 1 : 0)
    let filters = UNetFilters(
      w: w.floats, tap: channels * outputs, channel: outputs, output: 1, channels: channels, outputs: outputs,
      turned: 0)
    return try WinogradConvolution(sums: sums, filters: filters, images: y.shape[0])
      .step(on: self, keeping: [x.buffer, w.buffer, b.buffer, y.buffer] + (skip.map { [$0.buffer] } ?? []))
  }

  /// `dx [N, H, W, C]`, gated and framed, from `g [N, H+2, W+2, K]`, framed: the convolution of g with the filters turned
  /// by half a circle.
  func winogradInputGradient(_ op: ConvolutionInputGradient, _ bound: Binding) throws -> Step {
    let (g, w, gate, dx) = (bound(op.g), bound(op.w), op.gate.map(bound), bound(op.dx))
    let (channels, filters) = (w.shape[2], w.shape[3])
    let result = dx.picture(frame: op.border)
    let sums = UNetWinograd(
      x: g.picture(), skip: g.picture(), y: result, gate: gate?.picture() ?? UNetPicture(),
      tileRows: Winograd.tiles(result.height), tileColumns: Winograd.tiles(result.width), split: filters,
      channels: filters, outputs: channels, bias: nil, relu: 0)
    let turned = UNetFilters(
      w: w.floats, tap: channels * filters, channel: 1, output: filters, channels: filters, outputs: channels,
      turned: 1)
    let convolution = WinogradConvolution(sums: sums, filters: turned, images: dx.shape[0])
    let buffers = [g.buffer, w.buffer, dx.buffer] + (gate.map { [$0.buffer] } ?? [])
    return framing(dx, by: op.border, try convolution.step(on: self, keeping: buffers))
  }

  /// `dw [3, 3, C, K]` and `db [K]` from `x [N, h, w, C]`, then the centre of `skip`, and `g`, the output's gradient
  /// framed by 2 zeros.
  func winogradWeightGradient(_ op: ConvolutionWeightGradient, _ bound: Binding) throws -> Step {
    let (g, x, skip) = (bound(op.g), bound(op.x), op.skip.map(bound))
    let (dw, db) = (bound(op.dw), bound(op.db))
    let gradient = g.picture(frame: 2)
    let sums = UNetWinogradGradient(
      x: x.picture(), skip: skip?.picture(besides: x) ?? x.picture(), g: gradient,
      tileRows: Winograd.tiles(gradient.height), tileColumns: Winograd.tiles(gradient.width), split: x.pixel,
      channels: dw.shape[2], filters: dw.shape[3], strip: Winograd.strip)
    return try WinogradGradient(sums: sums, images: x.shape[0], dw: dw.floats, db: db.floats).step(
      on: self, keeping: [g.buffer, x.buffer, dw.buffer, db.buffer] + (skip.map { [$0.buffer] } ?? []))
  }
}

extension Bound {
  /// What a frame of so many pixels surrounds.
  fileprivate func picture(frame: Int = 0) -> UNetPicture {
    UNetPicture(
      base: inside(frame: frame), image: image, row: row, pixel: pixel, height: shape[1] - 2 * frame,
      width: shape[2] - 2 * frame)
  }

  /// The centre that lies beside `x` where this is its skip.
  fileprivate func picture(besides x: Bound) -> UNetPicture {
    UNetPicture(
      base: centre(besides: x), image: image, row: row, pixel: pixel, height: x.shape[1], width: x.shape[2])
  }
}
