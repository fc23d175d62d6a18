import CUNetGeometry
import CUNetVector
import UNetGraph
import UNetRuntime

/// The filter gradient of a convolution by Winograd's algorithm, with its bias gradient.
struct WinogradGradient {
  let shape: UNetFilterGradient
  let buffers: GradientBuffers<HostBuffer>

  /// What runs it.
  ///
  /// A block of tiles gives partial sums of its own; those of all blocks are added in ascending order.
  func launch(on backend: CPUBackend) throws -> Launch {
    let (loops, threads, scratch) = (backend.loops, backend.threads, backend.scratch)
    let (allChannels, dw, db) = (shape.from.allChannels, buffers.dw.floats, buffers.db.floats)
    let sums = UNetBoundGradient(
      shape: shape, tiles: UNetWinogradTiles(images: shape.images, shape.g), x: buffers.x.floats,
      skip: (buffers.skip ?? buffers.x).floats, g: buffers.g.floats, strip: CPUBackend.strip)
    let tiles = sums.tiles.count
    let blocks = (tiles + Operation.gradientTiles - 1) / Operation.gradientTiles
    let channels = Winograd.group(of: allChannels, atMost: 128)
    let filters = Winograd.group(of: shape.K, atMost: 128)
    let (across, down) = (allChannels / channels, shape.K / filters)
    let room = loops.winograd_gradient_scratch(sums.strip, channels, filters)
    let count = shape.weights
    let part = count + shape.K
    try backend.scratch.reserve(threads.count * room + (blocks > 1 ? blocks * part : 0))
    return {
      let parts = scratch.floats + threads.count * room
      threads.deal(blocks * across * down) { item, worker in
        let (block, group) = (item / (across * down), item % (across * down))
        let first = block * Operation.gradientTiles
        let (toW, toB) = blocks > 1 ? (parts + block * part, parts + block * part + count) : (dw, db)
        withUnsafePointer(to: sums) {
          loops.winograd_gradient(
            $0, scratch.floats + worker * room, toW, toB, first, min(tiles, first + Operation.gradientTiles),
            group / down * channels, channels, group % down * filters, filters)
        }
      }
      if blocks > 1 {
        sumBlocks(parts, blocks, part, count, into: dw, threads)
        sumBlocks(parts + count, blocks, part, part - count, into: db, threads)
      }
      withExtendedLifetime(buffers) {}
    }
  }

  /// `total[i] = parts[0, i] + parts[1, i] + ...`
  private func sumBlocks(
    _ parts: UnsafeMutablePointer<Float>, _ blocks: Int, _ stride: Int, _ count: Int,
    into total: UnsafeMutablePointer<Float>, _ threads: Threads
  ) {
    threads.run(rows: (count + 1023) / 1024, cost: 1024 * blocks) { chunk in
      let range = chunk.lowerBound * 1024..<min(count, chunk.upperBound * 1024)
      for i in range { total[i] = parts[i] }
      for block in 1..<blocks {
        let part = parts + block * stride
        for i in range { total[i] = total[i] + part[i] }
      }
    }
  }
}
