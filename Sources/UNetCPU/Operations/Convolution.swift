import CUNetGeometry
import CUNetVector
import UNetRuntime

// Unpadded convolutions and up-convolutions (section 2) and their gradients; CUNetGeometry describes each.

extension CPUBackend {
  /// A convolution, an up-convolution or the input gradient of one.
  func product(_ shape: UNetProduct, _ buffers: ProductBuffers<HostBuffer>) throws -> Launch {
    let convolution = StridedConvolution(sums: UNetBoundProduct(shape, buffers), w: buffers.w.floats)
    return bordered(shape, buffers, try convolution.launch(on: self))
  }

  /// The same of a 3x3 convolution by Winograd's algorithm.
  func winograd(_ shape: UNetProduct, _ buffers: ProductBuffers<HostBuffer>) throws -> Launch {
    var sums = UNetBoundProduct(shape.fromFirstPixel, buffers)
    sums.tiles = UNetWinogradTiles(images: shape.N, shape.y)
    let convolution = WinogradConvolution(sums: sums, w: buffers.w.floats)
    return bordered(shape, buffers, try convolution.launch(on: self))
  }

  /// Tiles that are worked on at a time: their transforms stay in a core's cache.
  static let strip = 24

  /// `launch`, which writes `buffers`, kept alive, after the border of zeros.
  private func bordered(
    _ shape: UNetProduct, _ buffers: ProductBuffers<HostBuffer>, _ launch: @escaping Launch
  )
    -> Launch
  {
    bordered(buffers.y, shape.y, images: shape.N, by: shape.border) {
      try launch()
      withExtendedLifetime(buffers) {}
    }
  }
}

extension UNetBoundProduct {
  init(_ shape: UNetProduct, _ buffers: ProductBuffers<HostBuffer>) {
    self.init()
    (self.shape, x, y) = (shape, UnsafePointer(buffers.x.floats), buffers.y.floats)
    skip = UnsafePointer((buffers.skip ?? buffers.x).floats)
    (bias, gate) = (buffers.b.map { UnsafePointer($0.floats) }, buffers.gate.map { UnsafePointer($0.floats) })
  }
}
