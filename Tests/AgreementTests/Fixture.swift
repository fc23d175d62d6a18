import Foundation
import UNetData
import UNetNetworks
import UNetNumerics
import UNetTestSupport

/// What PyTorch says, in Float64, of one variant of a small network.  Tests/FixtureScripts/make_fixture.py made it and
/// describes the tensors.
struct Fixture {
  let network: UNet
  let sample: Sample
  /// By parameter name, in PyTorch's order: initial weights, gradient of the first step, change over all steps, by AdamW too
  /// (of `paper`).
  let weights, gradient, change, adam: [String: Tensor]
  /// `[classes, h, w]`.
  let logits: Tensor
  let steps: Int
  let rate, momentum, decay, beta2, epsilon: Double

  init(_ variant: UNet.Variant) throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/unet.safetensors").path
    let file = try SafetensorsFile.read(path)
    func tensor(_ name: String) throws -> Tensor {
      guard let tensor = file.tensors[name] else { throw Lack(name: name) }
      return tensor
    }
    func number<Number: LosslessStringConvertible>(_ name: String) throws -> Number {
      guard let number = file.metadata[name].flatMap(Number.init) else { throw Lack(name: name) }
      return number
    }
    func group(_ prefix: String) -> [String: Tensor] {
      let members = file.tensors.filter { $0.key.hasPrefix(prefix) }
      return Dictionary(
        uniqueKeysWithValues: members.map { (String($0.key.dropFirst(prefix.count)), $0.value) })
    }
    network = UNet(variant: variant, levels: try number("levels"), width: try number("width"), dropout: 0)
    sample = Sample(
      image: try tensor("image").batched(channels: [1]), labels: try tensor("labels").batched(),
      weights: try tensor("weight-map").batched())
    let name = variant.rawValue
    weights = group("weights/").merging(group("\(name)/weights/")) { _, own in own }
    (gradient, change) = (group("\(name)/gradient/"), group("\(name)/change/"))
    adam = group("\(name)/adam/")
    logits = try tensor("\(name)/logits")
    (steps, rate) = (try number("steps"), try number("rate"))
    (momentum, decay) = (try number("momentum"), try number("decay"))
    (beta2, epsilon) = (try number("beta2"), try number("epsilon"))
  }

  struct Lack: Error { let name: String }
}

extension Tensor {
  /// The same elements with an axis of one image in front, and one of channels behind where asked for.
  fileprivate func batched(channels: [Int] = []) -> Tensor {
    Tensor(Shape([1] + shape.extents + channels), elements)
  }
}

/// The L2 norm of the difference between `actual` and `expected`, all tensors taken together, divided by that of
/// `expected`; infinite where a tensor or its shape is missing.
func relativeError(_ actual: [String: Tensor], _ expected: [String: Tensor]) -> Double {
  guard actual.mapValues(\.shape) == expected.mapValues(\.shape) else { return .infinity }
  var (error, whole) = (0.0, 0.0)
  for (name, tensor) in expected {
    for (a, b) in zip(actual[name]?.elements ?? [], tensor.elements) {
      error += (Double(a) - Double(b)) * (Double(a) - Double(b))
      whole += Double(b) * Double(b)
    }
  }
  return (error / whole).squareRoot()
}
