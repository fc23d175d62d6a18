import UNetData
import UNetNumerics

/// What a network says of an image.
public struct Prediction: Sendable, Equatable, CustomStringConvertible {
  /// How likely each class is at each pixel, `[H, W, classes]`.
  public let probabilities: Tensor
  /// Raw scores, of the same shape; nil unless asked for.
  public let logits: Tensor?
  /// A pixel is foreground where the probability of that is greater.
  public var threshold = 0.5
  /// How the foreground becomes instances.
  public var instanceOptions = InstanceOptions()

  /// Probabilities, and the scores that they come from.
  package init(probabilities: Tensor, logits: Tensor? = nil) {
    (self.probabilities, self.logits) = (probabilities, logits)
  }

  /// The number of classes; class 0 is the background.
  public var classes: Int { probabilities.shape[2] }

  /// Its size and the number of classes, such as `prediction of 2 classes for 60×50 pixels`.
  public var description: String {
    "prediction of \(classes) classes for \(probabilities.shape[0])×\(probabilities.shape[1]) pixels"
  }

  /// The probability of any class but 0, `[H, W]`.
  public var foreground: [Float] {
    let (classes, elements) = (classes, probabilities.elements)
    return (0..<probabilities.shape[0] * probabilities.shape[1]).map { pixel in
      classes == 2 ? elements[2 * pixel + 1] : 1 - elements[classes * pixel]
    }
  }

  /// The class of each pixel, `[H, W]`: of two, 1 where its probability is greater than `threshold`, by default that of
  /// the prediction; of more, the most probable, the first of equals.
  public func labels(threshold: Double? = nil) -> [UInt8] {
    let (limit, classes, elements) = (threshold ?? self.threshold, classes, probabilities.elements)
    guard classes > 2 else { return foreground.map { isForeground($0, above: limit) ? 1 : 0 } }
    return stride(from: 0, to: elements.count, by: classes).map { first in
      UInt8(mostProbable(of: classes) { elements[first + $0] })
    }
  }

  /// The number of the instance at each pixel, `[H, W]`, from 1, 0 outside; and how many there are.
  public func instances() -> (ids: [Int32], count: Int) {
    let foreground = foreground
    return UNetData.instances(
      of: foreground.map { isForeground($0, above: threshold) }, foreground, height: probabilities.shape[0],
      width: probabilities.shape[1], instanceOptions)
  }

  /// The prediction with the threshold and the instances that are chosen.
  package func used(with options: SegmentationOptions) -> Prediction {
    var prediction = self
    (prediction.threshold, prediction.instanceOptions) = (options.threshold, options.instances)
    return prediction
  }

  /// The prediction for an image of another size (`Tensor.resized`), scores and probabilities each by themselves.
  func resized(height: Int, width: Int) -> Prediction {
    Prediction(
      probabilities: probabilities.resized(height: height, width: width),
      logits: logits?.resized(height: height, width: width))
  }
}
