import UNetImages

/// A rectangle of a mirrored image.
struct Window {
  /// The image's offsets, in pixels, that the rectangle's rows and columns add up to.
  let down, across: [Int]

  /// The rectangle of these rows and columns, which may lie outside the image.
  init(rows: Range<Int>, columns: Range<Int>, of frame: PreparedFrame) {
    down = rows.map { mirrored($0, frame.height) * frame.width }
    across = columns.map { mirrored($0, frame.width) }
  }

  /// A square under a symmetry.
  init(top: Int, left: Int, side: Int, frame: PreparedFrame, symmetry: Symmetry) {
    let straight = Window(rows: top..<top + side, columns: left..<left + side, of: frame)
    var (rows, columns) = (straight.down, straight.across)
    if symmetry.transposed { swap(&rows, &columns) }
    down = symmetry.upDown ? rows.reversed() : rows
    across = symmetry.leftRight ? columns.reversed() : columns
  }

  /// The rectangle's part of `plane` `[H, W, channels]`.
  func cut(_ plane: [Float], channels: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: down.count * across.count * channels) { tile, filled in
      plane.withUnsafeBufferPointer { plane in
        for row in down {
          for column in across {
            let from = (row + column) * channels
            for channel in 0..<channels { tile[filled + channel] = plane[from + channel] }
            filled += channels
          }
        }
      }
    }
  }

  /// The rectangle's part of one channel of `plane` `[H, W, channels]`: `[rows, columns]`.
  func cut(_ plane: [Float], channel: Int, of channels: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: down.count * across.count) { tile, filled in
      plane.withUnsafeBufferPointer { plane in
        for row in down {
          for column in across {
            tile[filled] = plane[(row + column) * channels + channel]
            filled += 1
          }
        }
      }
    }
  }
}

/// One of the 8 symmetries of the square: transposed, then mirrored.
struct Symmetry {
  let upDown, leftRight, transposed: Bool

  /// What a step down, and a step to the right, in the tile is in rows and columns of the image.
  var steps: (down: SIMD2<Double>, right: SIMD2<Double>) {
    let (y, x): (Double, Double) = (upDown ? -1 : 1, leftRight ? -1 : 1)
    return transposed ? ([0, y], [x, 0]) : ([y, 0], [0, x])
  }
}
