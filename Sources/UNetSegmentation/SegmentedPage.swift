import UNetData
import UNetImages
import UNetPrediction
import UNetReports

/// What the network says of a page of an image, no larger than its results need.
struct SegmentedPage {
  private let file: String, number: Int
  private let height: Int, width: Int
  /// The page itself, where it is to be shown.
  private let picture: Image?
  private let classes: Int
  private let threshold: Double
  private let options: InstanceOptions
  /// The probability of any class but 0, `[H, W]`.
  private let foreground: [Float]
  /// What is said of each class; nil for two classes, of which `foreground` says it all.
  private let prediction: Prediction?
  /// `[H, W, classes]`.
  private let logits: [Float]

  init(_ page: Page<Image>, _ prediction: Prediction, isShown: Bool) throws {
    (file, number, height, width) = (page.file, page.number, page.image.height, page.image.width)
    picture = isShown ? page.image : nil
    (threshold, options) = (prediction.threshold, prediction.instanceOptions)
    (classes, foreground) = (prediction.classes, prediction.foreground)
    self.prediction = classes == 2 ? nil : prediction
    logits = prediction.logits?.elements ?? []
    guard foreground.allSatisfy(\.isFinite) else {
      throw DataError(
        page.file,
        "page \(page.number) makes the network overflow: give images with grey values like the training's")
    }
  }

  /// The pages of a result.
  func pages(_ output: SegmentationOutput) throws -> [Image] {
    switch output {
    case .probabilities:
      prediction.map { planes($0.probabilities.elements) } ?? [image(.float32, foreground)]
    case .labels: [image(.uint8, labels)]
    case .instances, .masks: [image(.uint16, try instances())]
    case .logits: planes(logits)
    case .overlay: picture.map { [Overlay.picture($0, foreground, threshold: threshold)] } ?? []
    }
  }

  private func image(_ format: Image.Format, _ pixels: [Float]) -> Image {
    Image(height: height, width: width, format: format, pixels: pixels)
  }

  private func planes(_ values: [Float]) -> [Image] {
    (0..<classes).map { first in
      image(.float32, stride(from: first, to: values.count, by: classes).map { values[$0] })
    }
  }

  /// Two classes: 255 for the foreground.  More: the number of the class.
  private var labels: [Float] {
    prediction.map { $0.labels().map(Float.init) } ?? foreground.map { Double($0) > threshold ? 255 : 0 }
  }

  private func instances() throws -> [Float] {
    let (ids, count) = UNetData.instances(
      of: foreground.map { Double($0) > threshold }, height: height, width: width, options)
    guard count <= 65_535 else {
      throw DataError(
        file,
        "page \(number) has \(count) instances, and 16 bit hold 65535: choose a greater threshold or smallest area, "
          + "or leave out instances", choices: ["threshold", "smallestArea"])
    }
    return ids.map(Float.init)
  }
}
