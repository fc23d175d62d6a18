import CUNetGeometry
import CUNetVector
import UNetRuntime

extension CPUBackend {
  /// The gradient of filters and biases, the operands of an up-convolution packed where that pays.
  func weightGradient(_ shape: UNetFilterGradient, _ buffers: GradientBuffers<HostBuffer>) throws -> Launch {
    try shape.isWorthPacking
      ? UpConvolutionGradient(shape: shape, buffers: buffers).launch(on: self)
      : WeightGradient(shape: shape, buffers: buffers).launch(on: self)
  }
}

/// The gradient of an up-convolution's filters and biases: the chains of `WeightGradient`, their operands packed.
///
/// Between the pixels of either operand lie all its channels, often 4 KiB, so that few lines of a cache are theirs.
/// Before a block of rows is summed, what a register tile reads is brought together: x as `[strip][pixel][channels of
/// the strip]`, g as `[tap][panel][pixel][filters of the panel]`.
struct UpConvolutionGradient {
  let shape: UNetFilterGradient
  let buffers: GradientBuffers<HostBuffer>

  private static let taps = 4
  /// Channels of x that an item of work takes, of one panel of filters: whole strips.
  private static let channelsOfItem = 96

  /// What runs it.
  func launch(on backend: CPUBackend) throws -> Launch {
    let (loops, threads, scratch, shape) = (backend.loops, backend.threads, backend.scratch, self.shape)
    let most = min(shape.rows, shape.block) * shape.g.width
    try scratch.reserve(most * (shape.from.channels + Self.taps * shape.K))
    let groups = (shape.from.channels + Self.channelsOfItem - 1) / Self.channelsOfItem
    let items = (shape.K + 15) / 16 * groups
    return {
      for first in stride(from: 0, to: shape.rows, by: shape.block) {
        let rows = first..<min(shape.rows, first + shape.block)
        pack(rows, into: scratch.floats, loops, threads)
        threads.deal(items) { item, _ in
          let c = item % groups * Self.channelsOfItem
          add(
            rows, from: scratch.floats, loops, k: item / groups * 16,
            channels: c..<min(shape.from.channels, c + Self.channelsOfItem))
        }
      }
      withExtendedLifetime(buffers) {}
    }
  }

  private func pack(
    _ rows: Range<Int>, into packed: UnsafeMutablePointer<Float>, _ loops: UNetVectorLevel, _ threads: Threads
  ) {
    let (x, g, width, C, K) = (shape.from.x, shape.g, shape.g.width, shape.from.channels, shape.K)
    let pixels = rows.count * width
    threads.run(rows: rows.count, cost: width * (C + Self.taps * K)) { some in
      for row in some {
        let (image, line) = (rows.lowerBound + row).quotientAndRemainder(dividingBy: g.height)
        let from = buffers.x.floats + x.start + image * x.image + line * x.row
        loops.pack_pixels(from, x.pixel, width, C, 0, pixels, row * width, packed)
        for tap in 0..<Self.taps {
          let start =
            g.start + image * g.image + line * g.row + tap / 2 * shape.gTapRow + tap % 2 * shape.gTapColumn
          loops.pack_pixels(
            buffers.g.floats + start, g.pixel, width, K, 16, pixels, row * width,
            packed + pixels * (C + tap * K))
        }
      }
    }
  }

  /// Adds the sums of `rows` of some channels for the filters from `k` on, at all taps.
  private func add(
    _ rows: Range<Int>, from packed: UnsafeMutablePointer<Float>, _ loops: UNetVectorLevel, k: Int,
    channels: Range<Int>
  ) {
    let (C, K, pixels, again) = (
      shape.from.channels, shape.K, rows.count * shape.g.width, rows.lowerBound > 0 ? Int32(1) : 0
    )
    var tile = UNetGradientTile()
    tile.lanes = min(16, K - k)
    tile.of = line(of: pixels, pixel: tile.lanes)
    let g = UnsafePointer(packed) + pixels * (C + k)
    if channels.lowerBound == 0 {
      (tile.g, tile.dw, tile.shifts) = (g, buffers.db.floats + k, Self.taps)
      (tile.gTapRow, tile.gTapColumn) = (2 * pixels * K, pixels * K)
      loops.gradient(&tile, 0, 1, again)
    }
    (tile.dwTap, tile.dwChannel, tile.shifts) = (C * K, K, 1)
    var c = channels.lowerBound
    while c < channels.upperBound {
      tile.channels = loops.gradient_channels(1, channels.upperBound - c)
      tile.from = line(of: pixels, pixel: tile.channels)
      tile.x = UnsafePointer(packed) + pixels * c
      for tap in 0..<Self.taps {
        tile.g = g + tap * pixels * K
        tile.dw = buffers.dw.floats + (tap * C + c) * K + k
        loops.gradient(&tile, 0, 1, again)
      }
      c += tile.channels
    }
  }

  /// All pixels as one row.
  private func line(of pixels: Int, pixel: Int) -> UNetPicture {
    UNetPicture(start: 0, image: 0, row: 0, pixel: pixel, height: 1, width: pixels)
  }
}
