import UNetFiles
import UNetImages
import UNetNumerics

/// What is odd about grey values: images of one value everywhere, and those in which a few pixels take all contrast.
func imageNotes(_ pages: [LabelledPage], _ normalisation: Normalisation) -> [String] {
  let extremes = concurrentMap(pages) { normalisation == .meanDeviation ? ExtremeValues($0.image) : nil }
  let plain = pages.filter { page in
    page.image.pixels.first.map { first in page.image.pixels.allSatisfy { $0 == first } } ?? false
  }
  let found = zip(pages, extremes).compactMap { page, extreme in extreme.map { (page, $0) } }
  let names = { (pages: [LabelledPage]) in listed(pages.map { $0.place }) }
  var notes: [String] = []
  if !plain.isEmpty {
    let have = plain.count == 1 ? "1 image has" : "\(plain.count) images have"
    notes.append(
      "\(have) one value everywhere, and nothing to learn from: \(names(plain)); remove them or mend the files"
    )
  }
  if let (_, extreme) = found.first {
    let have = found.count == 1 ? "1 image" : "\(found.count) images"
    notes.append(
      "in \(have) \(extreme.words) take nearly all contrast: \(names(found.map(\.0))); "
        + "set data.normalisation to percentile, or mend these pixels")
  }
  return notes
}

extension LabelledPage {
  /// The file, with the page where it has several.
  fileprivate var place: String { pageInFile > 0 ? "\(file) page \(pageInFile)" : file }
}

/// A few values, such as those of hot pixels or of places without data, so far from all others that these look alike.
package struct ExtremeValues: Sendable, Equatable {
  /// How many pixels have them, and the value farthest from the others.
  package let count: Int, value: Float
  /// The range of all other values.
  package let others: ClosedRange<Float>

  /// Nil where there are none.
  ///
  /// A thousandth of the values at either end, two at least, is looked at: without them the standard deviation must be less
  /// than a third of what it is.
  package init?(_ image: Image) {
    let sorted = image.pixels.sorted()
    let few = max(2, sorted.count / 1000)
    guard sorted.count > 4 * few else { return nil }
    let inner = sorted[few..<sorted.count - few]
    let (whole, rest) = (moments(sorted), moments(Array(inner)))
    guard 3 * rest.deviation < whole.deviation, let low = inner.first, let high = inner.last else {
      return nil
    }
    others = low...high
    let width = max(Double(high - low), rest.deviation)
    let outer = sorted.filter { Double(low - $0) > width || Double($0 - high) > width }
    guard let least = outer.first, let most = outer.last else { return nil }
    count = outer.count
    value = most > high ? most : least
  }

  /// `2 pixels of 65535, where all others are from 10 to 210,`
  package var words: String {
    func text(_ value: Float) -> String {
      value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : "\(value)"
    }
    return "\(count) \(count == 1 ? "value" : "values") such as \(text(value)), others being "
      + "\(text(others.lowerBound)) to \(text(others.upperBound)),"
  }
}
