import CUNetGeometry
import UNetRuntime

// Gradients of filters by weight_gradient.cl.

extension OpenCLBackend {
  /// Blocks of the gradient of filters into `parts`; what is packed first lies in scratch from `behind` on.
  func vectorGradient(
    _ shape: UNetFilterGradient, _ buffers: GradientOperands, _ parts: any KernelArgument, behind: Int,
    _ schedule: VectorSchedule
  ) throws -> Launch {
    let shifts = schedule.sums >= 24 ? shape.shifts : 1
    let (own, second) = (shape.from.channels, shape.from.skipChannels)
    let channels = min(own, second > 0 ? second : own, schedule.sums / shifts)
    let panels = (shape.K + 15) / 16
    let (isPacked, packed) = (shape.isWorthPacking, PackedGradient(shape, channels: channels, from: behind))
    let (x, g): (any KernelArgument, any KernelArgument) =
      isPacked ? (scratch, scratch) : (buffers.x, buffers.g)
    let gradient = try kernel(
      "weight_gradient", ["TS": shifts, "TC": channels, "TAIL": shape.K.isMultiple(of: 16) ? 0 : 1]
    )
    .bind(
      x, buffers.skip ?? buffers.x, g, parts, isPacked ? packed.shape : shape, panels,
      Int64(isPacked ? packed.strip : 0), Int64(isPacked ? packed.panel : 16)
    )
    .over(
      (own + channels - 1) / channels + (second + channels - 1) / channels,
      shape.R * shape.S / shifts * panels, shape.blocks)
    guard isPacked else { return gradient }
    scratch.reserve(behind + packed.floats)
    let pack = try kernel("pack_gradient")
      .bind(buffers.x, buffers.g, scratch, shape, channels, Int64(behind)).over(share(shape.pixels))
    return {
      try pack()
      try gradient()
    }
  }
}

/// The operands of an up-convolution's gradient, packed for items of so many channels.
private struct PackedGradient {
  /// How an item reads them.
  private(set) var shape: UNetFilterGradient
  /// Floats from the channels, and from the filters, of an item to those of the next; of everything.
  let strip: Int, panel: Int, floats: Int

  init(_ shape: UNetFilterGradient, channels: Int, from start: Int) {
    let panels = (shape.K + 15) / 16
    let inner = (shape.from.channels + channels - 1) / channels * channels
    (strip, panel) = (channels * shape.pixels, 16 * shape.pixels)
    floats = shape.pixels * (inner + shape.batches * 16 * panels)
    self.shape = shape
    self.shape.from.x = shape.g.packed(pixel: channels, from: start)
    self.shape.g = shape.g.packed(pixel: 16, from: start + inner * shape.pixels)
    (self.shape.gTapRow, self.shape.gTapColumn) = (2 * panels * panel, panels * panel)
  }
}

extension UNetPicture {
  /// The same pixels with nothing between them.
  fileprivate func packed(pixel: Int, from start: Int) -> UNetPicture {
    UNetPicture(
      start: start, image: height * width * pixel, row: width * pixel, pixel: pixel, height: height,
      width: width)
  }
}
