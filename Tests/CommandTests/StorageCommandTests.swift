import Foundation
import Testing
import UNetTestSupport

/// One picture and its labels in every container and encoding: the network that is trained of them, and its figures.
@Suite("Storage changes no training")
struct StorageCommandTests {
  private static let outcomes = [1, 2, 4].reduce(into: [Int: Result<[Substring], any Error>]()) {
    found, bits in
    found[bits] = Result { try training(of: Storage.reference(bits: bits)) }
  }

  @Test("20 steps end in the same state, and with the same figures", arguments: Storage.all)
  func training(storage: Storage) throws {
    let lines = try Self.training(of: storage)
    #expect(lines.contains { $0.hasPrefix("state ") } && lines.contains { $0.contains("iou") })
    #expect(try lines == Self.outcomes[storage.bits]?.get())
  }

  /// What the command prints, but for paths.
  private static func training(of storage: Storage) throws -> [Substring] {
    let folder = try TemporaryFolder()
    let (image, labels) = try storage.write(in: folder)
    // Membranes of one bit; what numbers of a few cells mean cannot be seen.
    let kind = storage.bits == 1 ? "membranes" : "classes"
    let experiment = try folder.write(
      """
      name: storage
      data: {images: \(image), labels: \(labels), kind: \(kind), hold-out: {images: \(image), labels: \(labels)}}
      network: {levels: 2, width: 4, classes: \(storage.bits == 1 ? 2 : 16)}
      training: {tile: 60, steps: 20, rate: 0.01, momentum: 0.9, checkpoint-every: 1000}
      evaluation: {metrics: [pixel, iou], every: 100000}

      """, "experiment.yaml")
    let outcome = try UnetCommand.run("train", experiment, "--output", folder("run"), "--device", "cpu")
    try #require(outcome.status == 0, "\(outcome.messages)")
    return outcome.output.split(separator: "\n").filter { !$0.contains(folder.path) }
  }
}
