import UNetData
import UNetImages
import UNetPrediction
import UNetReports

/// What the network says of a page of an image.
struct SegmentedPage {
  private let file: String, number: Int
  private let height: Int, width: Int
  /// The page itself, where it is to be shown.
  private let picture: Image?
  let classes: Int
  let threshold: Double
  let options: InstanceOptions
  /// `[H, W, classes]`; for two classes `white` says it all, and there are no probabilities.
  let probabilities: [Float], logits: [Float]
  /// The probability of any class but 0, `[H, W]`.
  let white: [Float]

  init(
    _ page: Page, _ prediction: Prediction, threshold: Double, instances: InstanceOptions, isShown: Bool
  ) throws {
    (file, number, height, width) = (page.file, page.number, page.image.height, page.image.width)
    (picture, self.threshold, options) = (isShown ? page.image : nil, threshold, instances)
    (classes, white) = (prediction.probabilities.shape[2], foreground(prediction.probabilities))
    probabilities = classes == 2 ? [] : prediction.probabilities.elements
    logits = prediction.logits?.elements ?? []
    guard white.allSatisfy(\.isFinite) else {
      throw DataError(
        page.file,
        "page \(page.number) makes the network overflow: give images with grey values like the training's")
    }
  }

  /// The pages of a result.
  func pages(_ product: SegmentationOutput) throws -> [Image] {
    switch product {
    case .probabilities: classes == 2 ? [image(.float32, white)] : planes(probabilities)
    case .labels: [image(.uint8, labels)]
    case .instances, .masks: [image(.uint16, try instances())]
    case .logits: planes(logits)
    case .overlay: picture.map { [Overlay.picture($0, white, threshold: threshold)] } ?? []
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

  /// Two classes: white above the threshold.  More: the most probable, the first of equals.
  private var labels: [Float] {
    guard classes > 2 else { return white.map { Double($0) > threshold ? 255 : 0 } }
    return stride(from: 0, to: probabilities.count, by: classes).map { first in
      var best = 0
      for c in 1..<classes where probabilities[first + c] > probabilities[first + best] { best = c }
      return Float(best)
    }
  }

  private func instances() throws -> [Float] {
    let (ids, count) = UNetData.instances(
      of: white.map { Double($0) > threshold }, height: height, width: width, options)
    guard count <= 65_535 else {
      throw DataError(
        file,
        "page \(number) has \(count) instances, 16 bit hold 65535: raise --threshold or --smallest-area, "
          + "or leave out instances")
    }
    return ids.map(Float.init)
  }
}
