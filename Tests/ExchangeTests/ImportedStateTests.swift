import Foundation
import Testing
import UNetExchange
import UNetInterchange
import UNetNumerics
import UNetPrediction
import UNetTestSupport

/// States of padded U-Nets by the names of other programs.  `Tests/FixtureScripts/check_import.py` compares whole networks with PyTorch.
@Suite struct ImportedStateTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A tensor whose elements are all different.
  private func numbers(_ extents: [Int], from first: Float) -> Tensor {
    let shape = Shape(extents)
    return Tensor(shape, (0..<shape.count).map { first + Float($0) / 64 })
  }

  /// Pytorch-UNet with two levels of width 2, one channel and so many classes.
  private func state(classes: Int = 2, normalised: Bool = true) -> [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    func pair(_ name: String, _ inputs: Int, _ outputs: Int, _ first: Float) {
      for (at, channels) in [(0, inputs), (normalised ? 3 : 2, outputs)] {
        tensors["\(name).\(at).weight"] = numbers([outputs, channels, 3, 3], from: first + Float(at))
        guard normalised else {
          tensors["\(name).\(at).bias"] = numbers([outputs], from: first)
          continue
        }
        tensors["\(name).\(at + 1).weight"] = numbers([outputs], from: 2)
        tensors["\(name).\(at + 1).bias"] = numbers([outputs], from: 0.5)
        tensors["\(name).\(at + 1).running_mean"] = numbers([outputs], from: 3)
        tensors["\(name).\(at + 1).running_var"] = numbers([outputs], from: 4)
      }
    }
    pair("inc.double_conv", 1, 2, 1)
    pair("down1.maxpool_conv.1.double_conv", 2, 4, 10)
    pair("up1.conv.double_conv", 4, 2, 20)
    tensors["up1.up.weight"] = numbers([4, 2, 2, 2], from: 30)
    tensors["up1.up.bias"] = numbers([2], from: 31)
    tensors["outc.conv.weight"] = numbers([classes, 2, 1, 1], from: 40)
    tensors["outc.conv.bias"] = numbers([classes], from: 41)
    return tensors
  }

  private func imported(
    _ tensors: [String: Tensor], prefix: String = "", _ preparation: ImportedState.Preparation = .init()
  ) throws -> ImportedState {
    let path = folder("state.safetensors")
    try SafetensorsFile(tensors: Dictionary(uniqueKeysWithValues: tensors.map { (prefix + $0, $1) })).write(
      to: path)
    return try ImportedState(path, preparation)
  }

  private func elements(_ name: String, _ state: ImportedState) throws -> [Float] {
    try #require(try state.model.weights[name]).elements
  }

  @Test func filtersMeetTheChannelsThatTheyWereTrainedFor() throws {
    let found = try imported(state(normalised: false))
    #expect(found.program == "Pytorch-UNet" && !found.hadNormalisation && found.unused.isEmpty)
    let network = found.model.network
    #expect(
      network.variant == "padded" && network.width == 2 && network.classes == 2 && found.model.channels == 1)
    // Skips come first there, and last here: filter k has channels 2, 3, 0, 1.
    let theirs = numbers([2, 4, 3, 3], from: 20).elements
    var expected: [Float] = []
    for k in 0..<2 {
      for c in [2, 3, 0, 1] {
        let first = (k * 4 + c) * 9
        expected += theirs[first..<first + 9]
      }
    }
    #expect(try elements("decoder.0.conv1.weight", found) == expected)
    #expect(try elements("encoder.1.conv2.weight", found) == numbers([4, 4, 3, 3], from: 12).elements)
    #expect(try elements("decoder.0.up.weight", found) == numbers([4, 2, 2, 2], from: 30).elements)
    #expect(try elements("head.bias", found) == numbers([2], from: 41).elements)
  }

  @Test func normalisationAndDivisionGoIntoFilters() throws {
    var preparation = ImportedState.Preparation()
    preparation.divisor = 255
    let found = try imported(state(), prefix: "module.", preparation)
    #expect(found.hadNormalisation)
    let weight = try elements("encoder.0.conv1.weight", found).map(Double.init)
    let bias = try elements("encoder.0.conv1.bias", found).map(Double.init)
    for k in 0..<2 {
      let part = Double(k) / 64
      let factor: Double = (2 + part) / (4 + part + 1e-5).squareRoot()
      for at in 0..<9 {
        let expected: Double = (1 + Double(k * 9 + at) / 64) * factor / 255
        #expect(abs(weight[k * 9 + at] - expected) < 1e-7)
      }
      // Where there is no bias, it is 0 before.
      let expected: Double = 0.5 + part - (3 + part) * factor
      #expect(abs(bias[k] - expected) < 1e-6)
    }
    // The division is of the image alone.
    let second = Double(try elements("encoder.0.conv2.weight", found)[0])
    let expected: Double = 8 / (4 + 1e-5 as Double).squareRoot()
    #expect(abs(second - expected) < 1e-6)
  }

  @Test func aSingleScoreBecomesTwoClassesWhoseSoftmaxIsItsSigmoid() throws {
    let found = try imported(state(classes: 1, normalised: false))
    #expect(found.model.network.classes == 2 && found.model.kind == .membranes)
    #expect(try elements("head.weight", found) == [0, 0] + numbers([1, 2, 1, 1], from: 40).elements)
    #expect(try elements("head.bias", found) == [0, 41])
    #expect(try imported(state(classes: 3)).model.kind == .classes)
  }

  @Test func whatIsMissingOrSuperfluousIsNamed() throws {
    func complaint(_ change: (inout [String: Tensor]) -> Void) throws -> String {
      var tensors = state()
      change(&tensors)
      let error = #expect(throws: ModelError.self) { try imported(tensors) }
      return "\(error.map(String.init(describing:)) ?? "")"
    }
    #expect(
      try complaint { $0["up1.up.weight"] = nil }.contains(
        "lacks 'up1.up.weight', which Pytorch-UNet has: a network that enlarges"))
    #expect(
      try complaint { $0["up1.conv.double_conv.3.weight"] = nil }.contains(
        "lacks 'up1.conv.double_conv.3.weight'"))
    #expect(
      try complaint { $0["inc.double_conv.1.running_var"] = Tensor([3], [1, 1, 1]) }.contains(
        "another number of channels for 'inc.double_conv.1'"))
    #expect(
      try complaint { $0 = ["layer1.weight": Tensor([1], [1])] }.contains("none of the names that are known"))
    // Normalisation of each image by itself, a shortcut inside a block, weights that are no numbers.
    #expect(
      try complaint { $0["inc.double_conv.1.running_mean"] = nil }.contains(
        "has 'inc.double_conv.1.weight' without the mean and variance of a batch normalisation"))
    #expect(
      try complaint { $0["att1.gate.weight"] = Tensor(zeros: [2, 2, 1, 1]) }.contains(
        "has 'att1.gate.weight' beside"))
    #expect(
      try complaint { $0["down1.shortcut.weight"] = Tensor([1], [1]) }.contains(
        "has 'down1.shortcut.weight' beside the layers that a padded U-Net has"))
    #expect(
      try complaint { $0["outc.conv.bias"] = Tensor([2], [.nan, 0]) }.contains(
        "has NaN or infinity in 'outc.conv.bias'"))
    #expect(
      try complaint { $0["outc.conv.weight"] = Tensor(zeros: [300, 2, 1, 1]) }.contains(
        "is a network of 300 classes: 1 to 255 can be imported"))
    var tensors = state()
    tensors["extra.weight"] = Tensor([1], [1])
    #expect(try imported(tensors).unused == ["extra.weight"])
  }

  @Test func whatIsWrittenIsAModelOrNamedAsNone() throws {
    let found = try imported(state())
    try found.model.write(to: folder("m.safetensors"))
    #expect(try Model.read(folder("m.safetensors")).network.classes == 2)
    let refusal = #expect(throws: ModelError.self) { try ImportedState(folder("m.safetensors"), .init()) }
    #expect(refusal.map { "\($0)" }?.contains("is a file of swift-unet already (swift-unet model 1)") == true)
    var tensors = state(normalised: false)
    tensors["down1.maxpool_conv.1.double_conv.0.weight"] = numbers([6, 2, 3, 3], from: 1)
    tensors["down1.maxpool_conv.1.double_conv.0.bias"] = numbers([6], from: 1)
    let error = #expect(throws: ModelError.self) { try imported(tensors) }
    #expect(
      error?.problem.contains("encoder.1.conv1.weight (6×2×3×3, the network needs 4×2×3×3)") == true,
      "\(error?.problem ?? "")")
  }
}
