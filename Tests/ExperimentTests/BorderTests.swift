import Testing
import UNetConfiguration
import UNetExperiments

/// Keys of data that came later.
struct BorderTests {
  private func experiment(_ data: String, network: String = "{}") throws -> Experiment {
    try Experiment(yaml: "name: a\ndata: {\(data)}\nnetwork: \(network)", file: "x.yaml")
  }

  private let files = "images: i, labels: l, kind: membranes"

  @Test func theBorderBelongsToMembranesInFiles() throws {
    #expect(try experiment("\(files), border: other").data.border == .other)
    for data in ["images: i, labels: l, kind: instances, border: other", "synthetic: {}, border: other"] {
      let error = #expect(throws: ConfigurationError.self) { try experiment(data) }
      #expect(
        error?.description
          == "x.yaml:2: data.border belongs to files with labels of kind membranes: remove it")
    }
  }

  @Test func itsDefaultChangesNoHash() throws {
    let hash = try experiment(files).hash
    #expect(try experiment("\(files), border: zero").hash == hash)
    #expect(try experiment("\(files), border: other").hash != hash)
  }

  @Test func channelsThatImagesDecideAreOneUntilTheyAreKnown() throws {
    let open = try experiment(files)
    #expect(open.network.channels == nil && open.yaml().contains("  channels: auto\n"))
    #expect(try experiment(files, network: "{channels: 1}").hash == open.hash)
    #expect(try experiment(files, network: "{channels: 3}").hash != open.hash)
    #expect(try Experiment(yaml: "name: a", file: "x.yaml").network.channels == 1)
    #expect(try Experiment(yaml: open.yaml(), file: "x.yaml") == open)
    let error = #expect(throws: ConfigurationError.self) { try experiment(files, network: "{channels: 0}") }
    #expect(error?.description.contains("network.channels must be from 1 to 64") == true)
  }
}
