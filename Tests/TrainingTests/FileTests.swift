import Foundation
import Testing
import UNetCPU
import UNetInterchange
import UNetNetworks
import UNetNumerics
import UNetOpenCL
import UNetPrediction
import UNetRuntime
import UNetTestSupport
import UNetTraining

// Fixtures: what `unet train` left after 3 steps on a synthetic picture of membranes, 64², with training {tile: 44} and
// network {levels: 2, width: 2}, when it still held whole states in memory.

private func fixture(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)").path
}

private func expectStateIsKept<B: Backend>(on backend: B) throws {
  let path = fixture("checkpoint.safetensors")
  let checkpoint = try Checkpoint.read(path)
  let trainer = try Trainer(UNet(levels: 2, width: 2), tile: [1, 44, 44, 1], seed: 7, on: backend)
  #expect(try trainer.state.digest() != checkpoint.state.digest())
  try trainer.restore(checkpoint.state, step: checkpoint.step)
  #expect(trainer.step == 3)
  #expect(
    try trainer.state.digest() == "7407a74a276204e8e1383b15df719944df0081bd721f840c90808a5c60b56525")
  let folder = try TemporaryFolder()
  try Checkpoint(step: trainer.step, trainer.state, experimentHash: checkpoint.experimentHash)
    .write(to: folder("copy.safetensors"))
  let copy = try folder.bytes("copy.safetensors")
  #expect(
    try Data(contentsOf: URL(fileURLWithPath: path)).suffix(checkpoint.bytes) == copy.suffix(checkpoint.bytes)
  )
  #expect(try Checkpoint.read(folder("copy.safetensors")).step == 3)
  let model = try Model.read(fixture("model.safetensors"))
  #expect(try model.weights.all() == trainer.weights.all())
}

/// Files and digests are those of earlier versions, to the byte.
@Test func aStateComesBackFromADeviceAsItsFileHadIt() throws {
  try expectStateIsKept(on: try CPUBackend())
  try expectStateIsKept(on: OpenCLBackend(try Device.open()))
}

extension Checkpoint {
  /// Of its tensors.
  fileprivate var bytes: Int { state.names.reduce(0) { $0 + 4 * (state.shape(of: $1)?.count ?? 0) } }
}

/// In the header, in its digest, in every tensor: no bit of the file may be another.
@Test func aCheckpointWithABitFlippedIsRefused() throws {
  let folder = try TemporaryFolder()
  let state = try Checkpoint.read(fixture("checkpoint.safetensors")).state
  try Checkpoint(step: 3, state, experimentHash: "e", history: ["note": "\"sha256\":\"no\""])
    .write(to: folder("whole.safetensors"))
  let whole = try folder.bytes("whole.safetensors")
  #expect(try Checkpoint.read(folder("whole.safetensors")).history["note"] == "\"sha256\":\"no\"")
  for place in stride(from: 0, to: whole.count, by: 7) {
    var bytes = Array(whole)
    bytes[place] ^= 1 << UInt8(place % 8)
    try folder.write(bytes, "flipped.safetensors")
    #expect(throws: (any Error).self, "byte \(place)") { try Checkpoint.read(folder("flipped.safetensors")) }
  }
}

/// But for the digest that it had not.
@Test func aModelOfAnEarlierVersionIsWrittenAsItWas() throws {
  let folder = try TemporaryFolder()
  let earlier = fixture("model.safetensors")
  try Model.read(earlier).write(to: folder("model.safetensors"))
  var file = try SafetensorsFile.read(folder("model.safetensors"))
  #expect(file.metadata.removeValue(forKey: Seal.key)?.count == 64)
  try file.write(to: folder("model.safetensors"))
  #expect(FileManager.default.contentsEqual(atPath: earlier, andPath: folder("model.safetensors")))
}

/// Without the digest it is read as it is: others may write it anew.
@Test func aModelWithABitFlippedIsRefused() throws {
  let folder = try TemporaryFolder()
  let path = folder("model.safetensors")
  try Model.read(fixture("model.safetensors")).write(to: path)
  let whole = Array(try folder.bytes("model.safetensors"))
  let key = try #require(whole.firstRange(of: Array(Seal.key.utf8)))
  for place in Array(stride(from: 0, to: whole.count, by: 11)) + Array(key) {
    var bytes = whole
    bytes[place] ^= 1 << UInt8(place % 8)
    try folder.write(bytes, "model.safetensors")
    #expect(throws: (any Error).self, "byte \(place)") { try Model.read(path) }
  }
  try folder.write(whole, "model.safetensors")
  var file = try SafetensorsFile.read(path)
  file.tensors["head.bias"] = Tensor([2], [1, 2])
  try NamedTensors(file.tensors).write(to: path, metadata: file.metadata)
  let error = try #require(throws: SafetensorsError.self) { try Model.read(path) }
  #expect(error.description.contains("is read without '\(Seal.key)' in its metadata"))
  file.metadata[Seal.key] = nil
  try file.write(to: path)
  #expect(try Model.read(path).weights["head.bias"]?.elements == [1, 2])
}

@Test func aStateOfAnotherNetworkIsRefused() throws {
  let state = try Checkpoint.read(fixture("checkpoint.safetensors")).state
  let wider = try Trainer(UNet(levels: 2, width: 3), tile: [1, 44, 44, 1], seed: 7, on: try CPUBackend())
  let deeper = try Trainer(UNet(levels: 3, width: 2), tile: [1, 44, 44, 1], seed: 7, on: try CPUBackend())
  let same = try Trainer(UNet(levels: 2, width: 2), tile: [1, 44, 44, 1], seed: 7, on: try CPUBackend())
  #expect(throws: ParameterError.self) { try wider.restore(state, step: 3) }
  #expect(throws: ParameterError.self) { try deeper.restore(state, step: 3) }
  let error = try #require(throws: ParameterError.self) {
    try same.restore(state.filter { $0 != "momentum.head.bias" }, step: 3)
  }
  #expect(error.name == "momentum.head.bias")
}
