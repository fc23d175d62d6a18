/// A page as its file stores it: nothing stretched, inverted or rounded.
///
/// What the file says is no image is left out (alpha, thumbnails), its orientation is applied, and pages that are
/// channels of one picture are joined.
package struct StoredPage: Sendable {
  /// Rows and columns.
  package let height: Int, width: Int
  /// Numbers of a pixel.
  package let channels: Int
  /// `[H, W, C]`; none, but of the right type, where the disk has them.
  package let samples: Samples
  /// What has the numbers where memory shall not hold them.
  let disk: DiskRows?
  /// Significant bits of a whole number, which may be fewer than those of its type.
  package let bits: Int
  /// What the numbers say about colours.
  package let colours: Colours
  /// Whether the file keeps every value; compression such as JPEG's changes them.
  package let isExact: Bool
  /// What else the file says of the page.
  package var metadata = PageMetadata()
  /// Where a part, or a smaller level, lies in its image; nil of whole pages.
  package var place: Place?

  /// Where a page lies in the largest level of its image: pixels to the left and above, and how many of these one of its own is across.
  package struct Place: Sendable, Equatable {
    package let left: Int, top: Int
    package let factor: Double
    /// Rows and columns of the level, or the page, of which it is a part.
    package let height: Int, width: Int
  }

  /// A page of `height * width * channels` numbers.
  package init(
    height: Int, width: Int, channels: Int = 1, samples: Samples, bits: Int, colours: Colours = .grey,
    isExact: Bool = true
  ) {
    self.init(
      height: height, width: width, channels: channels, samples: samples, disk: nil, bits: bits,
      colours: colours, isExact: isExact)
  }

  init(
    height: Int, width: Int, channels: Int, samples: Samples, disk: DiskRows?, bits: Int, colours: Colours,
    isExact: Bool
  ) {
    (self.height, self.width, self.channels, self.disk) = (height, width, channels, disk)
    (self.samples, self.bits, self.colours, self.isExact) = (samples, bits, colours, isExact)
  }

  /// Every value is a whole number.
  package var isWhole: Bool { disk?.isWhole ?? (try? samples.given(to: Wholeness())) ?? false }

  /// Makes sure that all rows could be read which were asked for.
  /// - Throws: `FileError` where the disk failed.
  package func check() throws { if let failure = disk?.failure { throw failure } }

  /// Height × width, and × channels where there are several.
  package var size: String { channels == 1 ? "\(height)×\(width)" : "\(height)×\(width)×\(channels)" }

  /// How many values a pixel has as an image: palettes are looked up.
  package var imageChannels: Int {
    if case .palette(let palette) = colours { palette.channels } else { channels }
  }

  /// The page as an image: palettes looked up (one of greys is one channel), and inverted where the file says that 0 is
  /// white and its numbers have at most 16 bits.
  package func image() -> Image {
    Image(
      height: height, width: width, channels: imageChannels, format: format, pixels: values(rows: 0..<height))
  }

  /// The values that `image` has in these rows, `[rows, W, C]`, for work that holds no `Float` of the whole page.
  package func values(rows: Range<Int>) -> [Float] {
    guard disk == nil else { return values(rows: rows, columns: 0..<width) }
    return values(rows.lowerBound * width * channels..<rows.upperBound * width * channels)
  }

  /// The values that `image` has in these columns of these rows, `[rows, columns, C]`.
  package func values(rows: Range<Int>, columns: Range<Int>) -> [Float] {
    guard disk != nil || columns.count < width else { return values(rows: rows) }
    return part(ImageRegion(rows: rows, columns: columns)).values(rows: 0..<rows.count)
  }

  /// A part of the page, in memory, which knows where it lies.
  func part(_ region: ImageRegion) -> StoredPage {
    let numbers =
      disk?.samples(region.rows, region.columns, of: width, like: samples)
      ?? (try? samples.given(to: Cut(region: region, width: width, channels: channels))) ?? samples
    var part = StoredPage(
      height: region.height, width: region.width, channels: channels, samples: numbers, bits: bits,
      colours: colours, isExact: isExact)
    part.metadata = metadata
    let whole = place ?? Place(left: 0, top: 0, factor: 1, height: height, width: width)
    func moved(_ start: Int, _ pixels: Int) -> Int { start + Int((Double(pixels) * whole.factor).rounded()) }
    part.place = Place(
      left: moved(whole.left, region.columns.lowerBound), top: moved(whole.top, region.rows.lowerBound),
      factor: whole.factor, height: whole.height, width: whole.width)
    return part
  }

  /// Those of the numbers in this range of those in memory.
  private func values(_ range: Range<Int>) -> [Float] {
    if case .palette(let palette) = colours {
      return palette.values(numbers(range))
    }
    let largest = colours == .whiteIsZero && bits <= 16 ? largestNumber : nil
    return (try? samples.given(to: Floats(range: range, largest: largest))) ?? []
  }

  /// The largest whole number of the page's type.
  private var largestNumber: Float? {
    switch samples {
    case .uint8, .uint16, .uint32, .uint64: Float(sign: .plus, exponent: bits, significand: 1) - 1
    case .int8, .int16, .int32, .int64: Float(sign: .plus, exponent: bits - 1, significand: 1) - 1
    case .float, .double: nil
    }
  }

  private var format: Image.Format {
    if case .palette(let palette) = colours { return palette.format }
    return switch samples {
    case .uint8: .uint8
    case .uint16: .uint16
    default: .float32
    }
  }

  private func numbers(_ range: Range<Int>) -> [Int] {
    switch samples {
    case .uint8(let numbers): numbers[range].map { Int($0) }
    case .uint16(let numbers): numbers[range].map { Int($0) }
    default: preconditionFailure("palettes have numbers of up to 16 bits")
    }
  }
}

private struct Wholeness: SampleWork {
  func result<Value: StoredSample>(of values: [Value]) -> Bool { values.allSatisfy(\.isWhole) }
}

/// The numbers of a part of a page.
private struct Cut: SampleWork {
  let region: ImageRegion
  let width: Int, channels: Int

  func result<Value: StoredSample>(of values: [Value]) -> Samples {
    var part: [Value] = []
    part.reserveCapacity(region.height * region.width * channels)
    for row in region.rows {
      let first = (row * width + region.columns.lowerBound) * channels
      part += values[first..<first + region.width * channels]
    }
    return Value.samples(part)
  }
}

/// Numbers as `Float`s, taken from `largest` where 0 is white.
private struct Floats: SampleWork {
  let range: Range<Int>
  let largest: Float?

  func result<Value: StoredSample>(of values: [Value]) -> [Float] {
    guard let largest else { return values[range].map(\.float) }
    return values[range].map { largest - $0.float }
  }
}
