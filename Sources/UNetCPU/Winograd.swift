import CUNetVector
import UNetGraph
import UNetRuntime

/// A 3x3 convolution, or the input gradient of one, by Winograd's F(4x4, 3x3).
///
/// A strip of tiles is transformed, multiplied and transformed back while it is in the cache.  Where there are more
/// filters than tiles, all tiles are transformed first and each panel of filters just before its use; else all filters
/// first and each strip just before its use.  So scratch is the smaller of both.
struct WinogradConvolution {
  let sums: UNetWinograd
  let filters: UNetFilters
  /// Images in the batch.
  let images: Int

  /// Tiles in all images.
  private var tiles: Int { images * sums.tileRows * sums.tileColumns }

  /// What runs it, keeping `buffers` alive.
  func step(on backend: CPUBackend, keeping buffers: [HostBuffer]) throws -> Step {
    let work = Work(self, vectors: backend.loops.panel_vectors(sums.outputs), workers: backend.threads.count)
    try backend.scratch.reserve(work.floats)
    let (loops, threads, scratch) = (backend.loops, backend.threads, backend.scratch)
    return {
      let room = scratch.floats
      if tiles < sums.outputs {
        work.inputFirst(self, loops, threads, room)
      } else {
        work.filtersFirst(self, loops, threads, room)
      }
      withExtendedLifetime(buffers) {}
    }
  }

  /// How the work is divided.
  private struct Work {
    let vectors, panels, tiles, strips: Int
    /// Floats of: the transformed filters of a panel, a strip's transformed tiles, its products, all tiles.
    let panel, input, products, allInput: Int
    let workers: Int
    let inputIsFirst: Bool

    init(_ convolution: WinogradConvolution, vectors: Int, workers: Int) {
      let (channels, lanes) = (convolution.sums.channels, 16 * vectors)
      (self.vectors, self.workers, tiles) = (vectors, workers, convolution.tiles)
      panels = convolution.sums.outputs / lanes
      strips = (tiles + Winograd.strip - 1) / Winograd.strip
      let longest = (tiles + strips - 1) / strips
      panel = Winograd.places * channels * lanes
      input = Winograd.floats(tiles: longest, channels: channels)
      products = Winograd.floats(tiles: longest, channels: lanes)
      allInput = Winograd.floats(tiles: tiles, channels: channels)
      inputIsFirst = tiles < convolution.sums.outputs
    }

    var floats: Int {
      inputIsFirst ? allInput + workers * (panel + products) : panels * panel + workers * (input + products)
    }

    func strip(_ i: Int) -> Range<Int> { i * tiles / strips..<(i + 1) * tiles / strips }

    func inputFirst(
      _ c: WinogradConvolution, _ loops: UNetVectorLevel, _ threads: Threads,
      _ room: UnsafeMutablePointer<Float>
    ) {
      threads.deal(strips) { i, _ in
        withUnsafePointer(to: c.sums) {
          loops.winograd_input($0, room, 0, tiles, strip(i).lowerBound, strip(i).upperBound)
        }
      }
      // Enough parts for all workers; a part transforms its panel's filters itself.
      let parts = min(strips, (2 * workers + panels - 1) / panels)
      threads.deal(panels * parts) { item, worker in
        let (panel, part) = (item / parts, item % parts)
        let u = room + allInput + worker * (self.panel + products)
        withUnsafePointer(to: c.filters) { loops.winograd_filters($0, u, panel * 16 * vectors, vectors) }
        for i in part * strips / parts..<(part + 1) * strips / parts {
          withUnsafePointer(to: c.sums) {
            loops.winograd_panel(
              $0, room, 0, tiles, u, u + self.panel, panel * 16 * vectors, vectors, strip(i).lowerBound,
              strip(i).upperBound)
          }
        }
      }
    }

    func filtersFirst(
      _ c: WinogradConvolution, _ loops: UNetVectorLevel, _ threads: Threads,
      _ room: UnsafeMutablePointer<Float>
    ) {
      threads.deal(panels) { panel, _ in
        withUnsafePointer(to: c.filters) {
          loops.winograd_filters($0, room + panel * self.panel, panel * 16 * vectors, vectors)
        }
      }
      threads.deal(strips) { i, worker in
        let (first, end) = (strip(i).lowerBound, strip(i).upperBound)
        let v = room + panels * panel + worker * (input + products)
        withUnsafePointer(to: c.sums) { sums in
          loops.winograd_input(sums, v, first, end - first, first, end)
          for panel in 0..<panels {
            loops.winograd_panel(
              sums, v, first, end - first, room + panel * self.panel, v + input, panel * 16 * vectors,
              vectors,
              first, end)
          }
        }
      }
    }
  }
}

/// The filter gradient of such a convolution, with its bias gradient.
struct WinogradGradient {
  let sums: UNetWinogradGradient
  let images: Int
  let dw, db: UnsafeMutablePointer<Float>

  /// What runs it, keeping `buffers` alive.
  ///
  /// A block of tiles gives partial sums of its own; those of all blocks are added in ascending order.
  func step(on backend: CPUBackend, keeping buffers: [HostBuffer]) throws -> Step {
    let (loops, threads, scratch) = (backend.loops, backend.threads, backend.scratch)
    let tiles = images * sums.tileRows * sums.tileColumns
    let blocks = (tiles + Operation.gradientTiles - 1) / Operation.gradientTiles
    let (channels, filters) = (Winograd.group(of: sums.channels), Winograd.group(of: sums.filters))
    let (across, down) = (sums.channels / channels, sums.filters / filters)
    let room = loops.winograd_gradient_scratch(sums.strip, channels, filters)
    let count = 9 * sums.channels * sums.filters
    let part = count + sums.filters
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

/// What convolutions and gradients share.
enum Winograd {
  /// The elements of a transformed tile or filter.
  static let places = 36
  /// Tiles that are worked on at a time: their transforms stay in a core's cache.
  static let strip = 24

  /// Tiles that cover so many results.
  static func tiles(_ side: Int) -> Int { (side + 3) / 4 }

  /// Room for the transforms of so many tiles, with a line between places.
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
  func winogradConv(_ x: Bound, _ skip: Bound?, _ w: Bound, _ b: Bound, _ y: Bound, relu: Bool) throws -> Step
  {
    let (channels, outputs) = (w.shape[2], w.shape[3])
    let result = y.picture()
    let sums = UNetWinograd(
      x: x.picture(), skip: skip?.picture(besides: x) ?? x.picture(), y: result, gate: UNetPicture(),
      tileRows: Winograd.tiles(result.height), tileColumns: Winograd.tiles(result.width), split: x.pixel,
      channels: channels, outputs: outputs, bias: b.floats, relu: relu ? 1 : 0)
    let filters = UNetFilters(
      w: w.floats, tap: channels * outputs, channel: outputs, output: 1, channels: channels, outputs: outputs,
      turned: 0)
    return try WinogradConvolution(sums: sums, filters: filters, images: y.shape[0])
      .step(on: self, keeping: [x.buffer, w.buffer, b.buffer, y.buffer] + (skip.map { [$0.buffer] } ?? []))
  }

  /// `dx [N, H, W, C]`, gated and framed, from `g [N, H+2, W+2, K]`, framed: the convolution of g with the filters turned
  /// by half a circle.
  func winogradInputGradient(_ g: Bound, _ w: Bound, _ gate: Bound?, _ dx: Bound, frame: Int) throws -> Step {
    let (channels, filters) = (w.shape[2], w.shape[3])
    let result = dx.picture(frame: frame)
    let sums = UNetWinograd(
      x: g.picture(), skip: g.picture(), y: result, gate: gate?.picture() ?? UNetPicture(),
      tileRows: Winograd.tiles(result.height), tileColumns: Winograd.tiles(result.width), split: filters,
      channels: filters, outputs: channels, bias: nil, relu: 0)
    let turned = UNetFilters(
      w: w.floats, tap: channels * filters, channel: 1, output: filters, channels: filters, outputs: channels,
      turned: 1)
    let convolution = WinogradConvolution(sums: sums, filters: turned, images: dx.shape[0])
    let buffers = [g.buffer, w.buffer, dx.buffer] + (gate.map { [$0.buffer] } ?? [])
    return framing(dx, by: frame, try convolution.step(on: self, keeping: buffers))
  }

  /// `dw [3, 3, C, K]` and `db [K]` from `x [N, h, w, C]`, then the centre of `skip`, and `g`, the output's gradient
  /// framed by 2 zeros.
  func winogradWeightGradient(_ g: Bound, _ x: Bound, _ skip: Bound?, _ dw: Bound, _ db: Bound) throws -> Step
  {
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
