import Foundation
import Testing
import UNetCPU
import UNetNetworks
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

private func expectSame(_ file: String, _ write: (String) throws -> Void) throws {
  let folder = try TemporaryFolder()
  let copy = folder("copy.safetensors")
  try write(copy)
  #expect(FileManager.default.contentsEqual(atPath: file, andPath: copy))
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
  try Checkpoint(step: trainer.step, trainer.state, experiment: checkpoint.experiment)
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
  try Checkpoint(step: 3, state, experiment: "e", history: ["note": "\"sha256\":\"no\""])
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

@Test func aModelOfAnEarlierVersionIsWrittenAsItWas() throws {
  let path = fixture("model.safetensors")
  try expectSame(path) { try Model.read(path).write(to: $0) }
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
