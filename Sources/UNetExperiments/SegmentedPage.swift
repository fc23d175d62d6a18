import UNetData
import UNetGraph

/// A page of an image with what the network says of it.
struct SegmentedPage {
  let page: Page
  let classes: Int
  let threshold: Double
  let options: InstanceOptions
  /// `[H, W, classes]`.
  let probabilities: [Float], logits: [Float]
  /// The probability of any class but 0, `[H, W]`.
  let white: [Float]

  init(_ page: Page, probabilities: Tensor, logits: Tensor?, threshold: Double, instances: InstanceOptions)
    throws
  {
    (self.page, self.threshold, options) = (page, threshold, instances)
    (classes, white) = (probabilities.shape[2], foreground(probabilities))
    (self.probabilities, self.logits) = (probabilities.elements, logits?.elements ?? [])
    guard white.allSatisfy(\.isFinite) else {
      throw DataError(
        page.file,
        "page \(page.number) makes the network overflow: give images with grey values like the training's")
    }
  }

  /// The pages of a result.
  func pages(_ product: SegmentationProduct) throws -> [Image] {
    switch product {
    case .probabilities: classes == 2 ? [image(.float32, white)] : planes(probabilities)
    case .labels: [image(.uint8, labels)]
    case .instances, .masks: [image(.uint16, try instances())]
    case .logits: planes(logits)
    case .overlay: [Picture.overlay(page.image, white, threshold: threshold)]
    }
  }

  private func image(_ format: Image.Format, _ pixels: [Float]) -> Image {
    Image(height: page.image.height, width: page.image.width, format: format, pixels: pixels)
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
      of: white.map { Double($0) > threshold }, height: page.image.height, width: page.image.width, options)
    guard count <= 65_535 else {
      throw DataError(
        page.file,
        "page \(page.number) has \(count) instances, 16 bit hold 65535: raise --threshold or --smallest-area, "
          + "or leave out instances")
    }
    return ids.map(Float.init)
  }
}
