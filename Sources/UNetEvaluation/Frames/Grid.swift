/// A frame's pixels column after column, with a rim of one pixel around: the order in which the challenge's
/// software walks through a picture, and a place to look at beyond each edge.
struct Grid: Sendable {
  /// Pixels of a column, the rim included.
  let stride: Int
  /// Columns, the rim included.
  let columns: Int

  /// The grid of a frame of `width` x `height` pixels.
  init(width: Int, height: Int) { (stride, columns) = (height + 2, width + 2) }

  /// All pixels, the rim included.
  var count: Int { stride * columns }

  /// The way to the four neighbours, in the order x - 1, y - 1, x + 1, y + 1.
  var four: [Int] { [-stride, -1, stride, 1] }

  /// The way to the eight neighbours, in a ring that begins at y - 1: edges at even places, corners at odd ones.
  var ring: [Int] { [-1, stride - 1, stride, stride + 1, 1, 1 - stride, -stride, -1 - stride] }

  /// Values given in rows, laid out in columns with `rim` around.
  func laid<Element>(_ rows: [Element], rim: Element) -> [Element] {
    var result = [Element](repeating: rim, count: count)
    let (height, width) = (stride - 2, columns - 2)
    for x in 0..<width {
      for y in 0..<height { result[(x + 1) * stride + y + 1] = rows[y * width + x] }
    }
    return result
  }
}
