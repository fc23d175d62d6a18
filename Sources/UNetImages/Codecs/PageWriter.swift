/// A file of pictures being written page after page, and within a page rows after rows, so that no page is held.
///
/// The file appears at `close`, whole; dropped before that, it leaves nothing.
package protocol PageWriter: AnyObject {
  /// Begins the next page.
  /// - Throws: `DataError` where the format cannot hold it, `FileError`.
  func begin(_ page: PageLayout) throws
  /// Writes whole rows of the page, as numbers of its samples' type in this machine's order.
  /// - Throws: `DataError`, `FileError`.
  func write(_ rows: UnsafeRawBufferPointer) throws
  /// Ends the page, whose rows are all written.
  /// - Throws: `DataError`, `FileError`.
  func endPage() throws
  /// Gives the file its name.
  /// - Throws: `DataError`, `FileError`.
  func close() throws
}

/// What a page of a file is, said before its rows.
package struct PageLayout: Sendable {
  /// How a value is stored.
  package enum Samples: Sendable { case uint8, uint16, uint32, float32 }

  /// Rows, columns, and values of a pixel.
  package let height: Int, width: Int, channels: Int
  /// How its values are stored.
  package let samples: Samples
  /// What else the file is to say of it.
  package let metadata: PageMetadata

  /// A page of this shape.
  package init(
    height: Int, width: Int, channels: Int = 1, _ samples: Samples, _ metadata: PageMetadata = PageMetadata()
  ) {
    (self.height, self.width, self.channels) = (height, width, channels)
    (self.samples, self.metadata) = (samples, metadata)
  }

  /// Bits of a value.
  var bits: Int { 8 * samples.size }

  /// Bytes of a row, and of the page before it is compressed.
  package var rowBytes: Int { width * channels * bits / 8 }
  package var bytes: Int { height * rowBytes }
}

extension PageWriter {
  /// Writes whole rows of numbers that are the page's samples.
  package func write<Number: BitwiseCopyable>(_ rows: [Number]) throws {
    try rows.withUnsafeBytes { try write($0) }
  }

  /// Writes an image as a page of its own, values rounded and limited to what its format holds.
  func write(_ image: Image, _ metadata: PageMetadata = PageMetadata()) throws {
    let layout = PageLayout(image, metadata)
    try begin(layout)
    let row = image.width * image.channels
    // A few rows at a time: about as much as a strip.
    let values = max(1, (1 << 16) / max(1, row)) * row
    for first in stride(from: 0, to: image.pixels.count, by: max(values, 1)) {
      try write(image.format.bytes(Array(image.pixels[first..<min(first + values, image.pixels.count)])))
    }
    try endPage()
  }
}

extension PageLayout {
  /// The page that an image becomes.
  init(_ image: Image, _ metadata: PageMetadata = PageMetadata()) {
    let samples: Samples =
      switch image.format {
      case .uint8: .uint8
      case .uint16: .uint16
      case .float32: .float32
      }
    self.init(height: image.height, width: image.width, channels: image.channels, samples, metadata)
  }
}

/// The pages that a file will have, as far as they are known before the first.
package struct ExpectedPages: Sendable {
  /// How many there are.
  package let count: Int
  /// How many, one after the other, are channels of one.
  package let channels: Int
  /// The frames and slices that these are; nil where that is not known.
  package let stack: StackShape?
  /// Their bytes before compression.
  package let bytes: Int
  /// The bytes up to which a TIFF is a classic one, which more programs read than BigTIFF.
  package let classicLimit: Int

  /// So many pages.
  package init(
    count: Int, bytes: Int, channels: Int = 1, stack: StackShape? = nil, classicLimit: Int = 1 << 32
  ) {
    (self.count, self.bytes, self.channels, self.stack) = (count, bytes, channels, stack)
    self.classicLimit = classicLimit
  }
}
