import UNetEvaluation
import UNetNumerics

extension Reference {
  func conv(_ x: Grid<T>, _ w: Grid<T>, _ b: Grid<T>, _ shape: Shape, _ relu: Bool) -> Grid<T> {
    Grid(shape) { i in
      var sum = b.elements[i[3]]
      for r in 0..<w.shape[0] {
        for s in 0..<w.shape[1] {
          for c in 0..<w.shape[2] { sum.addProduct(x[i[0], i[1] + r, i[2] + s, c], w[r, s, c, i[3]]) }
        }
      }
      return relu && sum < 0 ? 0 : sum
    }
  }

  func gate(_ dy: Grid<T>, _ y: Grid<T>?, _ shape: Shape, _ border: Int) -> Grid<T> {
    Grid(shape) { i in
      let (h, w) = (i[1] - border, i[2] - border)
      guard 0..<dy.shape[1] ~= h, 0..<dy.shape[2] ~= w else { return 0 }
      guard let y else { return dy[i[0], h, w, i[3]] }
      return y[i[0], h, w, i[3]] > 0 ? dy[i[0], h, w, i[3]] : 0
    }
  }

  func convInputGradient(_ g: Grid<T>, _ w: Grid<T>) -> Grid<T> {
    let (rows, columns) = (w.shape[0], w.shape[1])
    let shape: Shape = [g.shape[0], g.shape[1] - rows + 1, g.shape[2] - columns + 1, w.shape[2]]
    return Grid(shape) { i in
      var sum: T = 0
      for r in 0..<rows {
        for s in 0..<columns {
          for k in 0..<w.shape[3] {
            sum.addProduct(g[i[0], i[1] + rows - 1 - r, i[2] + columns - 1 - s, k], w[r, s, i[3], k])
          }
        }
      }
      return sum
    }
  }

  func convWeightGradient(_ g: Grid<T>, _ x: Grid<T>, _ shape: Shape) -> (Grid<T>, Grid<T>) {
    let border = shape[0] - 1
    let (height, width) = (g.shape[1] - 2 * border, g.shape[2] - 2 * border)
    let dw = Grid<T>(shape) { i in
      blockwise(images: g.shape[0], height, width) { sum, n, h, w in
        sum.addProduct(x[n, h + i[0], w + i[1], i[2]], g[n, h + border, w + border, i[3]])
      }
    }
    let db = Grid<T>([shape[3]]) { i in
      blockwise(images: g.shape[0], height, width) { sum, n, h, w in sum += g[n, h + border, w + border, i[0]]
      }
    }
    return (dw, db)
  }

  func upConv(_ x: Grid<T>, _ w: Grid<T>, _ b: Grid<T>, _ shape: Shape, _ relu: Bool) -> Grid<T> {
    Grid(shape) { i in
      var sum = b.elements[i[3]]
      for c in 0..<w.shape[2] {
        sum.addProduct(x[i[0], i[1] / 2, i[2] / 2, c], w[i[1] % 2, i[2] % 2, c, i[3]])
      }
      return relu && sum < 0 ? 0 : sum
    }
  }

  func upConvInputGradient(_ g: Grid<T>, _ w: Grid<T>) -> Grid<T> {
    Grid([g.shape[0], g.shape[1] / 2, g.shape[2] / 2, w.shape[2]]) { at in
      var sum: T = 0
      for (i, j) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        for k in 0..<w.shape[3] {
          sum.addProduct(g[at[0], 2 * at[1] + i, 2 * at[2] + j, k], w[i, j, at[3], k])
        }
      }
      return sum
    }
  }

  func upConvWeightGradient(_ g: Grid<T>, _ x: Grid<T>, _ shape: Shape) -> (Grid<T>, Grid<T>) {
    let (images, height, width) = (x.shape[0], x.shape[1], x.shape[2])
    let dw = Grid<T>(shape) { i in
      blockwise(images: images, height, width) { sum, n, h, w in
        sum.addProduct(x[n, h, w, i[2]], g[n, 2 * h + i[0], 2 * w + i[1], i[3]])
      }
    }
    let db = Grid<T>([shape[3]]) { at in
      blockwise(images: images, height, width) { sum, n, h, w in
        for (i, j) in [(0, 0), (0, 1), (1, 0), (1, 1)] { sum += g[n, 2 * h + i, 2 * w + j, at[0]] }
      }
    }
    return (dw, db)
  }

  /// Chains over blocks of rows, counted through all images, and their sum in ascending order.
  private func blockwise(
    images: Int, _ height: Int, _ width: Int, _ term: (inout T, _ n: Int, _ h: Int, _ w: Int) -> Void
  ) -> T {
    let rows = max(1, 1024 / width)
    var blocks = [T](repeating: 0, count: (images * height + rows - 1) / rows)
    for row in 0..<images * height {
      for w in 0..<width { term(&blocks[row / rows], row / height, row % height, w) }
    }
    return blocks.dropFirst().reduce(blocks[0], +)
  }
}
