import CUNetGeometry
import UNetGraph
import UNetNumerics

// What an operation's shapes come to, once for every backend: the structs of CUNetGeometry.

extension UNetPicture {
  /// All of `shape [N, H, W, C]` inside a border of so many rows and columns.
  package init(_ shape: Shape, border: Int = 0) {
    self.init()
    (image, row, pixel) = (shape[1] * shape[2] * shape[3], shape[2] * shape[3], shape[3])
    (start, height, width) = (border * (row + pixel), shape[1] - 2 * border, shape[2] - 2 * border)
  }

  /// The centre of `skip` that lies beside `x`.
  package init(_ skip: Shape, besides x: Shape) {
    self.init(skip)
    let (top, left) = Operation.crop(of: skip, to: x)
    (start, height, width) = (top * row + left * pixel, x[1], x[2])
  }

  /// Every second row and pixel.
  var halved: UNetPicture {
    UNetPicture(
      start: start, image: image, row: 2 * row, pixel: 2 * pixel, height: height / 2, width: width / 2)
  }
}

extension UNetSource {
  /// The channels of `x`, then those of the centre of `skip`; taps move forwards.
  package init(_ x: Shape, _ skip: Shape? = nil) {
    self.init()
    self.x = UNetPicture(x)
    (tapRow, tapColumn, channels) = (self.x.row, self.x.pixel, x[3])
    guard let skip else { return }
    (self.skip, skipChannels) = (UNetPicture(skip, besides: x), skip[3])
  }

  /// The channels of both.
  package var allChannels: Int { channels + skipChannels }
}

/// A tensor with more of something than a device counts.
package struct GeometryError: Error, CustomStringConvertible {
  /// What there is too much of, and how much.
  package let what: String, count: Int

  /// One sentence with the remedy.
  package var description: String {
    "a convolution has \(count) \(what), and a device counts to 2147483647: give a smaller tile or width"
  }

  /// - Throws: where a kernel's `int` cannot hold `count`.
  static func check(_ count: Int, _ what: String) throws(GeometryError) {
    guard Int32(exactly: count) != nil else { throw GeometryError(what: what, count: count) }
  }
}
