/// Whole numbers for every pixel, as a label file stores them.
package struct LabelImage: Sendable, Equatable {
  /// Rows and columns.
  package let height: Int, width: Int
  /// The number of each pixel, `[H, W]`.
  package var numbers: [UInt32]

  /// Labels of `height * width` numbers.
  package init(height: Int, width: Int, numbers: [UInt32]) {
    precondition(numbers.count == height * width, "\(numbers.count) labels for \(height)×\(width)")
    (self.height, self.width, self.numbers) = (height, width, numbers)
  }
}

extension StoredPage {
  /// The page as labels: its numbers, exactly.  Palettes give the numbers, not the colours; nothing is inverted; channels
  /// that are equal in every pixel are one.
  /// - Throws: `DataError` of `file` where the numbers are not whole, from 0 to 2^32 - 1 (to 2^24 as 32-bit floats), one a
  ///   pixel, or may have been changed by the file's compression.
  package func labels(of file: String, page: Int) throws -> LabelImage {
    guard isExact else {
      throw DataError(
        file,
        "holds labels as JPEG, which changes their values: make them anew as \(ImageFile.labelFormats)")
    }
    let numbers = try samples.given(to: Labels(width: width, channels: channels, file: file, page: page))
    return LabelImage(height: height, width: width, numbers: numbers)
  }
}

private struct Labels: SampleWork {
  let width, channels: Int
  let file: String
  let page: Int

  func result<Value: StoredSample>(of values: [Value]) throws -> [UInt32] {
    var labels: [UInt32] = []
    labels.reserveCapacity(values.count / channels)
    for first in stride(from: 0, to: values.count, by: channels) {
      let value = values[first]
      for other in values[first..<first + channels] where other != value {
        throw DataError(
          file,
          "has \(channels) channels, but labels are one whole number a pixel: save them as grey, with a number for each "
            + "colour or channel (Documentation/data.md says how)")
      }
      guard let label = value.label else { throw unfit(value, at: first / channels) }
      labels.append(label)
    }
    return labels
  }

  private func unfit<Value: StoredSample>(_ value: Value, at pixel: Int) -> DataError {
    DataError(
      file,
      "holds \(value) \(page > 0 ? "in page \(page) " : "")at row \(pixel / width), column \(pixel % width): "
        + "labels are whole numbers from 0 to \(Value.largestLabel)"
        + (value < .zero ? "; what is unknown is 255 in classes" : ""))
  }
}
