import UNetRuntime

// The copies of figure 1: the centre of a skip beside the up-convolved map.

extension CPUBackend {
  /// `y [N, h, w, C+S]`: the channels of `x [N, h, w, C]`, then those of the centre of `skip [N, H, W, S]`.
  func join(_ x: Bound, _ skip: Bound, _ y: Bound) -> Step {
    let (crop, threads) = (Crop(of: skip, to: x), self.threads)
    return {
      let (xFloats, skipFloats, yFloats) = (x.floats, skip.floats, y.floats)
      threads.run(rows: x.shape[0] * x.shape[1], cost: y.row) { rows in
        for row in rows {
          for w in 0..<x.shape[2] {
            let to = yFloats + row * y.row + w * y.pixel
            to.update(from: xFloats + row * x.row + w * x.pixel, count: x.pixel)
            (to + x.pixel).update(
              from: skipFloats + crop.start(ofRow: row) + w * skip.pixel, count: skip.pixel)
          }
        }
      }
    }
  }

  /// `dx [N, h, w, C]` and `dskip [N, H, W, S]` from `dy [N, h, w, C+S]`; `dskip` is +0 outside the crop.
  func joinGradient(_ dy: Bound, _ dx: Bound, _ dskip: Bound) -> Step {
    let (crop, threads) = (Crop(of: dskip, to: dx), self.threads)
    let (left, right) = (crop.left * dskip.pixel, (dskip.shape[2] - dx.shape[2] - crop.left) * dskip.pixel)
    return {
      let (dyFloats, dxFloats, dskipFloats) = (dy.floats, dx.floats, dskip.floats)
      threads.run(rows: dskip.shape[0] * dskip.shape[1], cost: dskip.row + dx.row) { rows in
        for skipRow in rows {
          let to = dskipFloats + skipRow * dskip.row
          guard let row = crop.row(at: skipRow) else {
            to.update(repeating: 0, count: dskip.row)
            continue
          }
          to.update(repeating: 0, count: left)
          (to + dskip.row - right).update(repeating: 0, count: right)
          for w in 0..<dx.shape[2] {
            let from = dyFloats + row * dy.row + w * dy.pixel
            (dxFloats + row * dx.row + w * dx.pixel).update(from: from, count: dx.pixel)
            (to + left + w * dskip.pixel).update(from: from + dx.pixel, count: dskip.pixel)
          }
        }
      }
    }
  }
}

/// The centre of a skip, `((H-h)/2, (W-w)/2)` from its corner, rounded down.  Rows are counted through all images.
private struct Crop {
  let top, left, height, skipHeight, skipRow, skipPixel: Int

  init(of skip: Bound, to x: Bound) {
    (height, skipHeight, skipRow, skipPixel) = (x.shape[1], skip.shape[1], skip.row, skip.pixel)
    (top, left) = ((skip.shape[1] - x.shape[1]) / 2, (skip.shape[2] - x.shape[2]) / 2)
  }

  /// The first element of the skip that belongs to `row` of the crop.
  func start(ofRow row: Int) -> Int {
    (row / height * skipHeight + top + row % height) * skipRow + left * skipPixel
  }

  /// The row of the crop at row `row` of the skip, if it has one.
  func row(at row: Int) -> Int? {
    let h = row % skipHeight - top
    return h >= 0 && h < height ? row / skipHeight * height + h : nil
  }
}
