import UNetData
import UNetImages
import UNetNumerics

/// What a prediction says of one image: one number a pixel, or one for each class.
struct PredictedImage {
  let height: Int, width: Int
  /// The numbers, `[H, W]`, of each class; of one where there is one number a pixel.
  let planes: [[Float]]
  /// The numbers exactly, where there is one a pixel and all are whole, from 0.
  let labels: LabelImage?
  /// The number that stands for certainty, where numbers are probabilities: the largest of whole ones of 8 and 16 bits,
  /// else 1.
  let certain: Float
  /// Whether it has the channels of a colour picture.
  let isColour: Bool

  /// Of one page, or of the pages of its classes; channels that are equal in every pixel are one.
  /// - Throws: `DataError` for a page whose values its file does not keep.
  init(_ pages: [(stored: StoredPage, file: String, number: Int)]) throws {
    for page in pages where !page.stored.isExact {
      throw DataError(
        page.file,
        "is a JPEG, which changes values: give probabilities or labels as \(ImageFile.labelFormats)")
    }
    (height, width) = (pages[0].stored.height, pages[0].stored.width)
    let numbers = pages.map { try? $0.stored.labels(of: $0.file, page: $0.number) }
    labels = pages.count == 1 ? numbers[0] : nil
    planes = zip(pages, numbers).flatMap { page, labels in
      labels.map { [$0.numbers.map { Float($0) }] } ?? page.stored.planes
    }
    let certain = Set(pages.map(\.stored.certain))
    self.certain = certain.count == 1 ? certain.first ?? 1 : 1
    isColour = zip(pages, numbers).contains { $1 == nil && $0.stored.colours == .rgb && $0.stored.isWhole }
  }

  /// The first number that is no probability: one that is not from 0 to `certain`.
  var outside: (value: Float, row: Int, column: Int)? {
    for plane in planes {
      // A number that is none is in no range.
      guard let at = plane.firstIndex(where: { !($0 >= 0 && $0 <= certain) }) else { continue }
      return (plane[at], at / width, at % width)
    }
    return nil
  }

  /// Whether all numbers are whole.
  var isWhole: Bool { planes.allSatisfy { $0.allSatisfy { $0.rounded() == $0 } } }

  /// Whether the numbers of all classes add up to 1 at every pixel.
  var isDistribution: Bool {
    guard let first = planes.first else { return false }
    return first.indices.allSatisfy { at in
      let sum = planes.reduce(0) { $0 + $1[at] }
      return abs(sum / certain - 1) < 0.02
    }
  }
}

extension StoredPage {
  /// The numbers of each channel; of one, where all are equal.
  fileprivate var planes: [[Float]] {
    let (values, channels) = (values(rows: 0..<height), imageChannels)
    let all = (0..<channels).map { first in
      stride(from: first, to: values.count, by: channels).map { values[$0] }
    }
    return all.dropFirst().allSatisfy { $0 == all[0] } ? [all[0]] : all
  }

  /// The largest number of whole grey values of 8 or 16 bits, else 1.
  fileprivate var certain: Float {
    if case .palette(let palette) = colours, !palette.isGrey { return 1 }
    switch samples {
    case .uint8 where bits == 8: return 255
    case .uint16 where bits == 16: return 65535
    default: return 1
    }
  }
}

extension PredictedImage {
  /// The page beside its truth, read as `reading` says.
  /// - Throws: `FrameError`.
  func compared(with truth: [Int32], as reading: PredictionReading, truthIsClasses: Bool) throws
    -> ComparedFrame
  {
    func frame(_ foreground: [Float], instances: [Int32]? = nil, classes: [Int32]? = nil) throws
      -> ComparedFrame
    {
      try ComparedFrame(
        width: width, height: height, truth: truth, probabilities: foreground, instances: instances,
        classes: classes)
    }
    switch reading.kind {
    case .probabilities:
      return try frame(foreground(reading.certain), classes: planes.count > 2 ? mostProbable : nil)
    case .mask: return try frame(planes[0].map { $0 == 0 ? 0 : 1 })
    case .instances:
      let ids = labels.map { LabelMap($0, kind: .instances).ids } ?? []
      return try frame(ids.map { $0 == 0 ? 0 : 1 }, instances: ids)
    case .classes:
      let numbers = labels.map { LabelMap($0, kind: .classes).ids } ?? []
      return try frame(numbers.map { $0 > 0 ? 1 : 0 }, classes: truthIsClasses ? numbers : nil)
    }
  }

  /// The probability of foreground at each pixel, where `certain` stands for 1.
  func foreground(_ certain: Float) -> [Float] {
    planes.count > 2
      ? planes[0].map { 1 - $0 / certain } : planes[planes.count - 1].map { $0 / certain }
  }

  /// The most probable class at each pixel.
  var mostProbable: [Int32] {
    planes[0].indices.map { at in Int32(UNetNumerics.mostProbable(of: planes.count) { planes[$0][at] }) }
  }
}
