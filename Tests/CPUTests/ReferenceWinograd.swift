import UNetEvaluation
import UNetNumerics

/// Winograd's F(4x4, 3x3) as numerics.md states it, a tile and a channel at a time.
extension Reference {
  func winogradConv(_ x: Grid<T>, _ w: Grid<T>, _ b: Grid<T>, _ shape: Shape, _ relu: Bool) -> Grid<T> {
    winogradConv(x, shape, channels: w.shape[2], { r, s, c, k in w[r, s, c, k] }) { sum, k in
      let y = sum + b.elements[k]
      return relu && y < 0 ? 0 : y
    }
  }

  func winogradInputGradient(_ g: Grid<T>, _ w: Grid<T>) -> Grid<T> {
    let shape: Shape = [g.shape[0], g.shape[1] - 2, g.shape[2] - 2, w.shape[2]]
    return winogradConv(g, shape, channels: w.shape[3], { r, s, k, c in w[2 - r, 2 - s, c, k] }) { sum, _ in
      sum
    }
  }

  private func winogradConv(
    _ x: Grid<T>, _ shape: Shape, channels: Int, _ filter: (Int, Int, Int, Int) -> T, _ end: (T, Int) -> T
  ) -> Grid<T> {
    let filters = (0..<shape[3]).map { k in
      (0..<channels).map { c in Square(3) { filter($0, $1, c, k) }.transformed(filterSix()) }
    }
    var y = Grid<T>(shape)
    for tile in Tile.all(shape) {
      let inputs = (0..<channels).map { tile.square(6, of: x, $0).transformed(inputSix()) }
      for k in 0..<shape[3] {
        var products = Square<T>(6) { _, _ in 0 }
        for c in 0..<channels {
          for e in 0..<36 {
            products.elements[e].addProduct(inputs[c].elements[e], filters[k][c].elements[e])
          }
        }
        let results = products.transformed(outputFour())
        for i in 0..<min(4, shape[1] - tile.row) {
          for j in 0..<min(4, shape[2] - tile.column) {
            y[tile.n, tile.row + i, tile.column + j, k] = end(results[i, j], k)
          }
        }
      }
    }
    return y
  }

  /// Blocks of 256 tiles; the bordered `g` is read inside its border of 2.
  func winogradWeightGradient(_ bordered: Grid<T>, _ x: Grid<T>, _ shape: Shape) -> (Grid<T>, Grid<T>) {
    let inner: Shape = [bordered.shape[0], bordered.shape[1] - 4, bordered.shape[2] - 4, bordered.shape[3]]
    let g = Grid<T>(inner) { bordered[$0[0], $0[1] + 2, $0[2] + 2, $0[3]] }
    let tiles = Tile.all(inner)
    var (dw, db) = (Grid<T>(shape), Grid<T>([shape[3]]))
    for first in stride(from: 0, to: tiles.count, by: 256) {
      let block = tiles[first..<min(first + 256, tiles.count)]
      for k in 0..<shape[3] {
        let gradients = block.map { $0.square(4, of: g, k) }
        let bias = gradients.flatMap(\.elements).reduce(0, +)
        db.elements[k] = first == 0 ? bias : db.elements[k] + bias
        let transformed = gradients.map { $0.transformed(gradientSix()) }
        for c in 0..<shape[2] {
          var products = Square<T>(6) { _, _ in 0 }
          for (tile, gradient) in zip(block, transformed) {
            let input = tile.square(6, of: x, c).transformed(inputSix())
            for e in 0..<36 { products.elements[e].addProduct(input.elements[e], gradient.elements[e]) }
          }
          let three = products.transformed(filterThree())
          for (r, s) in (0..<9).map({ ($0 / 3, $0 % 3) }) {
            dw[r, s, c, k] = first == 0 ? three[r, s] : dw[r, s, c, k] + three[r, s]
          }
        }
      }
    }
    return (dw, db)
  }
}

/// Where a tile of 4x4 results begins.
private struct Tile {
  let n: Int, row: Int, column: Int

  /// Those of all images, in reading order.
  static func all(_ shape: Shape) -> [Tile] {
    (0..<shape[0]).flatMap { n in
      stride(from: 0, to: shape[1], by: 4).flatMap { row in
        stride(from: 0, to: shape[2], by: 4).map { Tile(n: n, row: row, column: $0) }
      }
    }
  }

  /// The square that begins there; beyond the picture it is 0.
  func square<T: ReferenceNumber>(_ side: Int, of x: Grid<T>, _ channel: Int) -> Square<T> {
    Square(side) { i, j in
      row + i < x.shape[1] && column + j < x.shape[2] ? x[n, row + i, column + j, channel] : 0
    }
  }
}

private struct Square<T: ReferenceNumber> {
  let side: Int
  var elements: [T]

  init(_ side: Int, _ element: (Int, Int) -> T) {
    self.side = side
    elements = (0..<side * side).map { element($0 / side, $0 % side) }
  }

  subscript(i: Int, j: Int) -> T { elements[i * side + j] }

  private var transposed: Square { Square(side) { self[$1, $0] } }

  /// Transforms both ways.
  func transformed(_ line: Line<T>) -> Square {
    let lines = (0..<side).map { i in
      line.apply((0..<side).map { line.rowsFirst ? self[i, $0] : self[$0, i] })
    }
    let other = (0..<lines[0].count).map { j in line.apply(lines.map { $0[j] }) }
    return Square(lines[0].count) { line.rowsFirst ? other[$1][$0] : other[$0][$1] }
  }
}

/// A transform of a line, and whether a square's rows come before its columns.
private struct Line<T: ReferenceNumber> {
  let rowsFirst: Bool
  let apply: ([T]) -> [T]
}

/// Bᵀ.
private func inputSix<T>() -> Line<T> {
  Line(rowsFirst: true) { d in
    let (a, b) = (fma(-2.25, d[2], d[4]), fma(-2.25, d[1], d[3]))
    let (c, e) = (fma(-0.5625, d[2], d[4]), fma(-0.5625, d[1], d[3]))
    return [
      fma(1.265625, d[0], fma(-2.8125, d[2], d[4])), fma(0.75, b, a), fma(-0.75, b, a), fma(1.5, e, c),
      fma(-1.5, e, c), fma(1.265625, d[1], fma(-2.8125, d[3], d[5])),
    ]
  }
}

/// Aᵀ.
private func outputFour<T>() -> Line<T> {
  Line(rowsFirst: false) { m in
    let (s1, t1, s2, t2) = (m[1] + m[2], m[1] - m[2], m[3] + m[4], m[3] - m[4])
    return [
      (m[0] + s1) + s2, fma(1.5, t2, 0.75 * t1), fma(2.25, s2, 0.5625 * s1),
      fma(3.375, t2, fma(0.421875, t1, m[5])),
    ]
  }
}

/// A.
private func gradientSix<T>() -> Line<T> {
  Line(rowsFirst: true) { g in
    let (a, b) = (fma(0.5625, g[2], g[0]), fma(0.421875, g[3], 0.75 * g[1]))
    let (c, d) = (fma(2.25, g[2], g[0]), fma(3.375, g[3], 1.5 * g[1]))
    return [g[0], a + b, a - b, c + d, c - d, g[3]]
  }
}

/// G.
private func filterSix<T>() -> Line<T> {
  Line(rowsFirst: false) { g in
    let (a, b) = (fma(-T(8.0 / 27), g[2], -T(128.0 / 243) * g[0]), -T(32.0 / 81) * g[1])
    let (c, d) = (fma(T(8.0 / 27), g[2], T(32.0 / 243) * g[0]), T(16.0 / 81) * g[1])
    return [T(64.0 / 81) * g[0], a + b, a - b, c + d, c - d, g[2]]
  }
}

/// Gᵀ.
private func filterThree<T>() -> Line<T> {
  Line(rowsFirst: false) { m in
    let (s1, t1, s2, t2) = (m[1] + m[2], m[1] - m[2], m[3] + m[4], m[3] - m[4])
    return [
      fma(T(32.0 / 243), s2, fma(-T(128.0 / 243), s1, T(64.0 / 81) * m[0])),
      fma(T(16.0 / 81), t2, -T(32.0 / 81) * t1), fma(T(8.0 / 27), s2, fma(-T(8.0 / 27), s1, m[5])),
    ]
  }
}

/// `a + b · c`, rounded once.
private func fma<T: ReferenceNumber>(_ b: T, _ c: T, _ a: T) -> T { a.addingProduct(b, c) }
