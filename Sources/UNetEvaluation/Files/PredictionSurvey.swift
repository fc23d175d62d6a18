import UNetData
import UNetImages

/// What the numbers of all pages of a prediction look like.
struct PredictionSurvey {
  /// Of pages of one whole number a pixel.
  private(set) var labels = LabelSurvey()
  /// The file of the first page with fractions, and of the first with whole numbers beyond 1.
  private(set) var fractions: String?, wholes: String?
  /// The classes whose probabilities each image has; 1 where it has one number a pixel.
  private(set) var classes = 1
  /// The first number that is no probability, and where it is.
  private(set) var outside: (file: String, text: String)?
  /// What stands for certainty in all pages (`PredictedImage`), 1 where that differs; and how many pixels of whole numbers
  /// there are in each 256th of the way to it.
  private(set) var certain: Float = 1
  private var histogram = [Int](repeating: 0, count: 256)
  /// Where the first page is.
  private(set) var file = ""

  /// Adds what is predicted of an image, page `number` in its file.
  /// - Throws: `DataError` for colour pictures, and where numbers of several classes are no probabilities of them.
  mutating func add(_ image: PredictedImage, file: String, number: Int) throws {
    if self.file.isEmpty { (self.file, classes, certain) = (file, image.planes.count, image.certain) }
    if outside == nil, let found = image.outside {
      outside = (file, "\(found.value) in page \(number) at row \(found.row), column \(found.column)")
    }
    if image.certain != certain { certain = 1 }
    guard image.planes.count == 1 else { return try checkClasses(image, file: file, number: number) }
    guard let labels = image.labels else {
      fractions = fractions ?? file
      return
    }
    self.labels.add(labels, file: file, page: number)
    if wholes == nil, labels.numbers.contains(where: { $0 > 1 }) { wholes = file }
    guard image.certain > 1 else { return }
    let shift = image.certain > Float(UInt8.max) ? 8 : 0
    for number in labels.numbers { histogram[Int(number >> shift)] += 1 }
  }

  private func checkClasses(_ image: PredictedImage, file: String, number: Int) throws {
    guard outside == nil && image.isDistribution else {
      throw DataError(
        file,
        image.isColour
          ? "is a colour picture in page \(number): give probabilities, a mask, instances or classes, which are grey"
          : "has \(image.planes.count) numbers for each pixel of page \(number), which "
            + (image.isWhole
              ? "are whole: of instances of several classes give each class alone, beside the truth of that class, or give "
                + "class numbers"
              : "are no probabilities of classes, for they do not add up to 1; give one page for each image"))
    }
    guard image.planes.count == classes else {
      throw DataError(
        file,
        "has probabilities of \(image.planes.count) classes, \(self.file) of \(classes): give those of one model"
      )
    }
  }

  /// Whether whole numbers of 8 or 16 bits lie as probabilities do: most near 0 or `certain`, and many near each.
  var looksLikeProbabilities: Bool {
    guard certain > 1 else { return false }
    let pixels = histogram.reduce(0, +)
    let (low, high) = (histogram[...51].reduce(0, +), histogram[204...].reduce(0, +))
    let between = pixels - low - high
    return low + high >= between && 4 * low >= between && 4 * high >= between
  }
}
