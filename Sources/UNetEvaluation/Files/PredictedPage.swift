import UNetData
import UNetImages

/// What a prediction says of one image: one number a pixel, or one for each class.
struct PredictedPage {
  let height: Int, width: Int
  /// The numbers, `[H, W]`, of each class; of one where there is one number a pixel.
  let planes: [[Float]]
  /// The numbers exactly, where there is one a pixel and all are whole, from 0.
  let labels: LabelImage?
  /// Whether they are whole numbers of 8 bits.
  let isByte: Bool
  /// Whether it has the channels of a colour picture.
  let isColour: Bool

  /// The page as its file has it; channels that are equal in every pixel are one.
  /// - Throws: `DataError` for a page whose values its file does not keep.
  init(_ page: StoredPage, file: String, number: Int) throws {
    guard page.isExact else {
      throw DataError(
        file, "is a JPEG, which changes values: give probabilities or labels as \(ImageFile.labelFormats)")
    }
    (height, width) = (page.height, page.width)
    labels = try? page.labels(of: file, page: number)
    isByte = page.isByte
    isColour = labels == nil && page.channels > 1 && page.isWhole
    if let labels {
      planes = [labels.numbers.map { Float($0) }]
    } else {
      let (values, channels) = (page.values(rows: 0..<page.height), page.imageChannels)
      let all = (0..<channels).map { first in
        stride(from: first, to: values.count, by: channels).map { values[$0] }
      }
      planes = all.dropFirst().allSatisfy { $0 == all[0] } ? [all[0]] : all
    }
  }

  /// The pages of an image's classes as one.
  init(_ pages: [PredictedPage]) {
    (height, width) = (pages[0].height, pages[0].width)
    planes = pages.flatMap(\.planes)
    labels = pages.count == 1 ? pages[0].labels : nil
    isByte = pages.allSatisfy(\.isByte)
    isColour = pages.contains(where: \.isColour)
  }

  /// The first number that is no probability: one that is not from 0 to 1, or to 255 in 8 bits.
  var outside: (value: Float, row: Int, column: Int)? {
    let largest: Float = isByte ? 255 : 1
    for plane in planes {
      // A number that is none is in no range.
      guard let at = plane.firstIndex(where: { !($0 >= 0 && $0 <= largest) }) else { continue }
      return (plane[at], at / width, at % width)
    }
    return nil
  }

  /// Whether the numbers of all classes add up to 1 at every pixel.
  var isDistribution: Bool {
    guard let first = planes.first else { return false }
    return first.indices.allSatisfy { at in
      let sum = planes.reduce(0) { $0 + $1[at] }
      return abs((isByte ? sum / 255 : sum) - 1) < 0.02
    }
  }
}

extension StoredPage {
  /// Whether it has grey values of 8 bits.
  fileprivate var isByte: Bool {
    if case .palette(let palette) = colours, !palette.isGrey { return false }
    if case .uint8 = samples { return bits == 8 }
    return false
  }
}

extension PredictedPage {
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
    case .probabilities where planes.count > 2:
      return try frame(planes[0].map { 1 - $0 / reading.certain }, classes: mostProbable)
    case .probabilities: return try frame(planes[planes.count - 1].map { $0 / reading.certain })
    case .mask: return try frame(planes[0].map { $0 == 0 ? 0 : 1 })
    case .instances:
      let ids = labels.map { LabelMap($0, kind: .instances).ids } ?? []
      return try frame(ids.map { $0 == 0 ? 0 : 1 }, instances: ids)
    case .classes:
      let numbers = planes[0].map { $0 == 255 ? -1 : Int32($0) }
      return try frame(numbers.map { $0 > 0 ? 1 : 0 }, classes: truthIsClasses ? numbers : nil)
    }
  }

  /// The class of the greatest probability at each pixel, the first of equals.
  private var mostProbable: [Int32] {
    planes[0].indices.map { at in
      Int32(planes.indices.dropFirst().reduce(0) { planes[$1][at] > planes[$0][at] ? $1 : $0 })
    }
  }
}
