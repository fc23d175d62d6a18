import Testing
import UNetGraph
import UNetNetworks
import UNetNumerics

/// The filters and algorithms of the convolutions in a training step of a small U-Net, and those of their gradients.
private func algorithms(_ numerics: Algorithm) throws -> [String: [(filter: Shape, algorithm: Algorithm)]] {
  var graph = Graph(training: true, numerics: numerics)
  let image = graph.value([1, 60, 60, 1])
  let logits = try UNet(levels: 3, width: 32)(image, in: &graph)
  _ = try graph.differentiate(logits, given: graph.value(logits.shape))
  let filters = Set(graph.parameters.map(\.value))
  var found: [String: [(Shape, Algorithm)]] = [:]
  for operation in graph.operations {
    guard let algorithm = operation.algorithm else { continue }
    let filter = operation.reads.first { filters.contains($0) && $0.shape.extents.count == 4 }
    found[operation.name, default: []].append((filter?.shape ?? operation.writes[0].shape, algorithm))
  }
  return found
}

@Test func everyConvolutionIsDirectUnlessAskedOtherwise() throws {
  let found = try algorithms(.direct)
  #expect(found.mapValues(\.count) == ["conv": 11, "convInputGradient": 10, "convWeightGradient": 11])
  #expect(found.values.joined().allSatisfy { $0.algorithm == .direct })
}

/// All but the first, of one channel, and the head, of 1x1 pixels; gradients follow their convolution.
@Test func winogradIsChosenWhereItFits() throws {
  let found = try algorithms(.winograd)
  #expect(found.mapValues { $0.count { $0.algorithm == .winograd } }.values.allSatisfy { $0 == 9 })
  for (filter, algorithm) in found.values.joined() {
    #expect((algorithm == .winograd) == Operation.winogradFits(filter, split: 0), "\(filter)")
  }
}

@Test func winogradFitsManyWholeVectorsOfChannels() {
  let fitting: [Shape] = [[3, 3, 32, 32], [3, 3, 64, 48]]
  let others: [Shape] = [
    [3, 3, 1, 64], [3, 3, 32, 40], [1, 1, 32, 32], [4, 4, 48, 48], [3, 3, 16, 64], [3, 3, 64, 16],
  ]
  #expect(fitting.allSatisfy { Operation.winogradFits($0, split: $0[2]) })
  #expect(!others.contains { Operation.winogradFits($0, split: $0[2]) })
}
