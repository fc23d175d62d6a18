import Foundation
import Testing
import UNetCPU
import UNetData
import UNetImages
import UNetInterchange
import UNetNetworks
import UNetNumerics
import UNetPrediction
import UNetTestSupport
import UNetTraining

private func model(
  _ network: Network = UNet(variant: .release, levels: 2, width: 3, classes: 3, dropout: 0),
  tile: Int = 44
) throws -> Model {
  let trainer = try Trainer(network, tile: [1, tile, tile, 2], seed: 1, on: try CPUBackend())
  return Model(
    network: network, numerics: .direct, channels: 2,
    preparation: ImagePreparation(
      normalisation: .percentile, scale: 0.3, averaging: TestTimeAugmentation(rotations: 7, flips: true)),
    tile: tile, threshold: 0.25, instances: InstanceOptions(smallestArea: 9, grow: 2, fillHoles: true),
    kind: .classes,
    experiment: "e", hash: "h", step: 12, weights: trainer.weights)
}

private func temporary(_ body: (String) throws -> Void) throws {
  let folder = try TemporaryFolder()
  try body(folder("model.safetensors"))
}

@Test(arguments: [
  (UNet(variant: .release, levels: 2, width: 3, classes: 3, dropout: 0) as Network, 44),
  (UNet(variant: .paper, levels: 2, width: 3, dropout: 0, upReLU: true), 44),
  (UNet(variant: .release, levels: 2, width: 3, dropout: 0, upReLU: false), 44),
  (SlidingWindow(width: 3, classes: 3), 111),
])
func aModelSurvivesItsFile(network: Network, tile: Int) throws {
  try temporary { path in
    let model = try model(network, tile: tile)
    try model.write(to: path)
    let (read, copy) = (try Model.read(path), path + ".copy")
    #expect(read.network == model.network && read.preparation == model.preparation)
    #expect(read.instances == model.instances && read.kind == model.kind && read.tile == tile)
    #expect(try read.weights.all() == model.weights.all())
    try read.write(to: copy)
    #expect(FileManager.default.contentsEqual(atPath: path, andPath: copy))
  }
}

/// Models that were written before the key was known have the ReLU of their variant.
@Test(arguments: UNet.Variant.allCases)
func withoutTheKeyTheVariantDecidesOfTheReLU(variant: UNet.Variant) throws {
  try temporary { path in
    let model = try model(UNet(variant: variant, levels: 2, width: 3, dropout: 0))
    try model.write(to: path)
    var file = try SafetensorsFile.read(path)
    #expect(file.metadata.removeValue(forKey: "network.up-relu") == "\(variant == .release)")
    try file.write(to: path)
    #expect(try Model.read(path).network == model.network)
  }
}

@Test func aTileOfAnotherNetworkIsRefused() throws {
  try temporary { path in
    try model(SlidingWindow(width: 3), tile: 111).write(to: path)
    var file = try SafetensorsFile.read(path)
    file.metadata["tile"] = "110"
    try file.write(to: path)
    let error = try #require(throws: ModelError.self) { try Model.read(path) }
    #expect(error.problem.hasPrefix("cannot be used"), "\(error)")
  }
}

@Test func aModelOfAnEarlierVersionIsUsedAsItWas() throws {
  try temporary { path in
    try model().write(to: path)
    var file = try SafetensorsFile.read(path)
    for key in ["scale", "rotations", "flips", "smallest-area", "grow", "fill-holes"] {
      #expect(file.metadata.removeValue(forKey: key) != nil)
    }
    try file.write(to: path)
    let earlier = try Model.read(path)
    #expect(earlier.preparation == ImagePreparation(normalisation: .percentile))
    #expect(earlier.instances == InstanceOptions())
  }
}

@Test(arguments: [
  ("format", "x", "is no model of swift-unet"), ("network.levels", "1", "has '1' for 'network.levels'"),
  ("network.variant", "other", "has 'other' for 'network.variant'"),
  ("network.up-relu", "perhaps", "has 'perhaps' for 'network.up-relu'"), ("tile", "43", "cannot be used"),
  ("scale", "0", "has '0' for 'scale'"), ("rotations", "0", "has '0' for 'rotations'"),
  ("flips", "yes", "has 'yes' for 'flips'"), ("grow", "-1", "has '-1' for 'grow'"),
])
func aForeignModelIsRefused(key: String, value: String, complaint: String) throws {
  try temporary { path in
    let error = try refusal(path, of: value, for: key)
    #expect(error.description.hasPrefix("\(path) \(complaint)"), "\(error)")
  }
}

/// Numbers that no run writes, among them those that overflow where they are converted or multiplied.
@Test(arguments: [
  "network.channels", "network.levels", "network.width", "network.classes", "tile", "scale", "threshold",
  "rotations", "smallest-area", "grow", "step",
])
func anAbsurdNumberIsRefusedWithItsKey(key: String) throws {
  try temporary { path in
    for value in ["-1", "1e30", "-1e30", "nan", "inf", "1e999", "-9223372036854775808", "", "1 "] {
      let error = try refusal(path, of: value, for: key)
      let start = "\(path) has '\(value)' for '\(key)' in its metadata: "
      #expect(error.description.hasPrefix(start), "\(error)")
    }
  }
}

/// The largest that each bound lets through is no network of these weights, and traps nowhere.
@Test(arguments: [
  ("network.levels", "12"), ("network.width", "4096"), ("tile", "32769"), ("tile", "9223372036854775807"),
  ("scale", "9223372036854775807"), ("rotations", "9223372036854775807"), ("grow", "9223372036854775807"),
])
func aNumberOfAnotherModelIsRefused(key: String, value: String) throws {
  try temporary { path in
    let error = try refusal(path, of: value, for: key)
    #expect(error.description.hasPrefix(path) && !error.description.contains("\n"), "\(error)")
  }
}

@Test func missingSuperfluousAndBrokenTensorsAreNamed() throws {
  try temporary { path in
    try model().write(to: path)
    let good = try SafetensorsFile.read(path)
    for (change, complaint): ((inout SafetensorsFile) -> Void, String) in [
      ({ $0.tensors["head.bias"] = nil }, "lacks 'head.bias'"),
      ({ $0.tensors["other"] = Tensor([1], [0]) }, "has a tensor 'other'"),
      ({ $0.tensors["head.bias"] = Tensor([2], [0, 0]) }, "has 2 for 'head.bias'"),
      ({ $0.tensors["head.bias"]?.elements[1] = .nan }, "has NaN or infinity in 'head.bias'"),
    ] {
      var file = good
      change(&file)
      try file.write(to: path)
      let error = try #require(throws: ModelError.self) { try Model.read(path).weights.all() }
      #expect(error.problem.hasPrefix(complaint), "\(error)")
    }
  }
}

/// What is said of a model at `path` whose metadata have `value` for `key`.
private func refusal(_ path: String, of value: String, for key: String) throws -> ModelError {
  try model().write(to: path)
  var file = try SafetensorsFile.read(path)
  file.metadata[key] = value
  try file.write(to: path)
  return try #require(throws: ModelError.self, "\(value)") { try Model.read(path) }
}
