import Testing
import UNetConfiguration
import UNetDevices
import UNetGraph
import UNetNetworks
import UNetNumerics
import UNetRuntime

/// A kind that the project does not have, registered as any other is.
@Suite struct NullDeviceTests {
  private let kind = NullDevices().kind
  private let registry = DeviceRegistry(DeviceRegistry.standard + [NullDevices()])

  @Test func itIsSpeltOpenedAndListedByItsWord() throws {
    let choice = try #require(DeviceChoice("null", among: DeviceKind.all + [kind]))
    #expect(try registry.open(choice).backend is NullBackend)
    #expect(try DeviceListing(registry).text.contains("\n  null        null: computes nothing\n"))
    #expect(DeviceChoice("null") == nil, "only where its word is in the list")
  }

  @Test func automaticPrefersTheKindsBeforeIt() throws {
    #expect(!(try registry.open(.automatic).backend is NullBackend))
    #expect(try DeviceRegistry([NullDevices()]).open(.automatic).backend is NullBackend)
  }

  /// Everything but the arithmetic: the plan's memory, every operation prepared once, each run, buffers given back.
  @Test func aNetworkRunsOnItWithoutResult() throws {
    let backend = try #require(registry.open(.of(kind, .best)).backend as? NullBackend)
    do {
      var graph = Graph()
      let image = graph.value([1, 44, 44, 1])
      let logits = try UNet(levels: 2, width: 4)(image, in: &graph)
      let session = try Session(graph, on: backend, keeping: [logits])
      try session.write(Tensor(zeros: image.shape), to: image)
      for _ in 0..<3 { try session.run() }
      #expect(try session.read(logits).elements.allSatisfy { $0 == 0 })
      #expect(backend.prepared == graph.operations.map(\.name))
      #expect(backend.stepsRun == 3 * graph.operations.count)
      #expect(backend.allocatedBytes > 4 * session.plan.arenas.reduce(0, +))
    }
    #expect(backend.allocatedBytes == 0)
  }
}
