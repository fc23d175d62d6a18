extension StoredPage {
  /// The page as it is meant to be seen.
  ///
  /// - `orientation`: where its first row and column belong, 1 to 8, as in TIFF and Exif: 1 top and left, 2 top and right,
  ///   3 bottom and right, 4 bottom and left, 5 left and top, 6 right and top, 7 right and bottom, 8 left and bottom.
  func upright(_ orientation: Int) -> StoredPage {
    guard (2...8).contains(orientation) else { return self }
    let turn = Turn(height: height, width: width, channels: channels, orientation: orientation)
    guard let samples = try? samples.given(to: turn) else { return self }
    var page = StoredPage(
      height: turn.isTransposed ? width : height, width: turn.isTransposed ? height : width,
      channels: channels, samples: samples, bits: bits, colours: colours, isExact: isExact)
    page.metadata = metadata
    if turn.isTransposed {
      (page.metadata.xResolution, page.metadata.yResolution) = (metadata.yResolution, metadata.xResolution)
    }
    return page
  }

  /// One page of several that hold its channels.
  /// - Throws: `PageError` where they differ in size or type.
  init(channels pages: [StoredPage]) throws {
    guard let first = pages.first else { throw PageError(problem: "has no channel") }
    guard pages.count > 1 else {
      self = first
      return
    }
    for page in pages where (page.height, page.width) != (first.height, first.width) {
      throw PageError(
        problem:
          "has channels of different sizes, \(first.size) and \(page.size): save them in files of their own")
    }
    let joining = Joining(pixels: first.height * first.width, parts: pages)
    self.init(
      height: first.height, width: first.width, channels: joining.channels,
      samples: try first.samples.given(to: joining), bits: first.bits,
      colours: first.colours == .whiteIsZero ? .whiteIsZero : .grey, isExact: pages.allSatisfy(\.isExact))
    metadata = first.metadata
  }
}

private struct Turn: SampleWork {
  let height, width, channels, orientation: Int
  var isTransposed: Bool { orientation >= 5 }

  func result<Value: StoredSample>(of values: [Value]) -> Samples {
    // The stored row runs along y, or along x where the page is transposed; either may run backwards.
    let isRowReversed = [3, 4, 6, 7].contains(orientation),
      isColumnReversed = [2, 3, 7, 8].contains(orientation)
    let (rowStep, columnStep) = (width * channels, channels)
    let outer = isTransposed ? (width, columnStep, isColumnReversed) : (height, rowStep, isRowReversed)
    let inner = isTransposed ? (height, rowStep, isRowReversed) : (width, columnStep, isColumnReversed)
    var turned: [Value] = []
    turned.reserveCapacity(values.count)
    for y in 0..<outer.0 {
      let start = (outer.2 ? outer.0 - 1 - y : y) * outer.1
      for x in 0..<inner.0 {
        let pixel = start + (inner.2 ? inner.0 - 1 - x : x) * inner.1
        for channel in 0..<channels { turned.append(values[pixel + channel]) }
      }
    }
    return Value.samples(turned)
  }
}

private struct Joining: SampleWork {
  let pixels: Int
  let parts: [StoredPage]
  var channels: Int { parts.reduce(0) { $0 + $1.channels } }

  func result<Value: StoredSample>(of values: [Value]) throws -> Samples {
    var joined = [Value](repeating: .zero, count: pixels * channels)
    var first = 0
    for part in parts {
      guard let values = try part.samples.given(to: Values<Value>()) else {
        throw PageError(problem: "has channels of different types of numbers: save them in one type")
      }
      for pixel in 0..<pixels {
        for channel in 0..<part.channels {
          joined[pixel * channels + first + channel] = values[pixel * part.channels + channel]
        }
      }
      first += part.channels
    }
    return Value.samples(joined)
  }
}

/// The numbers, if they are of this type.
private struct Values<Wanted: StoredSample>: SampleWork {
  func result<Value: StoredSample>(of values: [Value]) -> [Wanted]? { values as? [Wanted] }
}
