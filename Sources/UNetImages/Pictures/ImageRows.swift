/// A picture of which some rows are had as floats at a time, so that no such copy of the whole need be held.
package protocol ImageRows {
  /// Rows and columns.
  var height: Int { get }
  var width: Int { get }
  /// Values of a pixel.
  var channels: Int { get }
  /// Whether its file has it in colour, though its values are grey: by a palette of greys.
  var isGreyPalette: Bool { get }
  /// The grey values of these rows, `[rows, W, C]`.
  func values(rows: Range<Int>) -> [Float]
  /// The grey values of these columns of these rows, `[rows, columns, C]`.
  func values(rows: Range<Int>, columns: Range<Int>) -> [Float]
}

extension ImageRows {
  package var isGreyPalette: Bool { false }

  package func values(rows: Range<Int>, columns: Range<Int>) -> [Float] {
    let values = values(rows: rows)
    guard columns.count < width else { return values }
    return (0..<rows.count).flatMap { row in
      values[(row * width + columns.lowerBound) * channels..<(row * width + columns.upperBound) * channels]
    }
  }

  /// Gives `body` all values in raster order, about a megabyte at a time.
  func forEachRows(_ body: ([Float]) -> Void) {
    let rows = max(1, (1 << 18) / max(1, width * channels))
    for first in stride(from: 0, to: height, by: rows) {
      body(values(rows: first..<min(first + rows, height)))
    }
  }
}

extension ImageRows {
  /// Whether the channels of every pixel are equal.
  package var hasEqualChannels: Bool {
    guard channels > 1 else { return true }
    var equal = true
    forEachRows { values in
      guard equal else { return }
      for first in stride(from: 0, to: values.count, by: channels) {
        for other in first + 1..<first + channels where values[other] != values[first] { equal = false }
      }
    }
    return equal
  }

  /// How many channels it may be given without a loss: one where all are equal, three where its file has its greys in
  /// colour.
  package func possibleChannels(isGreyPalette: Bool) -> Set<Int> {
    if channels == 1 { return isGreyPalette ? [1, 3] : [1] }
    return hasEqualChannels ? [1, channels] : [channels]
  }
}

/// One channel of a picture.
package struct SingleChannel: ImageRows {
  private let image: any ImageRows
  private let channel: Int
  package var height: Int { image.height }
  package var width: Int { image.width }
  package let channels = 1

  /// That of `image` of this number, from 0.
  package init(_ channel: Int, of image: any ImageRows) { (self.image, self.channel) = (image, channel) }

  package func values(rows: Range<Int>) -> [Float] { chosen(image.values(rows: rows)) }
  package func values(rows: Range<Int>, columns: Range<Int>) -> [Float] {
    chosen(image.values(rows: rows, columns: columns))
  }

  private func chosen(_ values: [Float]) -> [Float] {
    guard image.channels > 1 else { return values }
    return stride(from: channel, to: values.count, by: image.channels).map { values[$0] }
  }
}

/// A grey picture as colour, each value three times.
package struct GreyAsColour: ImageRows {
  private let image: any ImageRows
  package var height: Int { image.height }
  package var width: Int { image.width }
  package let channels = 3

  /// `image`, which has one channel.
  package init(_ image: any ImageRows) { self.image = image }

  package func values(rows: Range<Int>) -> [Float] { image.values(rows: rows).flatMap { [$0, $0, $0] } }
  package func values(rows: Range<Int>, columns: Range<Int>) -> [Float] {
    image.values(rows: rows, columns: columns).flatMap { [$0, $0, $0] }
  }
}

/// The picture that a stored page is.
package struct PageRows: ImageRows {
  private let page: StoredPage
  package var height: Int { page.height }
  package var width: Int { page.width }
  package var channels: Int { page.imageChannels }
  package var isGreyPalette: Bool {
    if case .palette(let palette) = page.colours { palette.isGrey } else { false }
  }
  fileprivate init(_ page: StoredPage) { self.page = page }
  package func values(rows: Range<Int>) -> [Float] { page.values(rows: rows) }
  package func values(rows: Range<Int>, columns: Range<Int>) -> [Float] {
    page.values(rows: rows, columns: columns)
  }
}

extension StoredPage {
  /// The page as a picture, some rows at a time.
  package var rows: PageRows { PageRows(self) }
}

extension Image {
  /// All rows of a picture, as floats.
  package init(_ rows: any ImageRows) {
    if let image = rows as? Image {
      self = image
    } else {
      self.init(
        height: rows.height, width: rows.width, channels: rows.channels, format: .float32,
        pixels: rows.values(rows: 0..<rows.height))
    }
  }
}

extension Image: ImageRows {
  package func values(rows: Range<Int>) -> [Float] {
    Array(pixels[rows.lowerBound * width * channels..<rows.upperBound * width * channels])
  }
}
