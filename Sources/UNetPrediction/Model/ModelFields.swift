import UNetNetworks
import UNetOptions

/// The strings of a model's metadata, read strictly.
struct ModelFields {
  let path: String
  let metadata: [String: String]

  /// The options of `table` that the metadata have; keys begin with `prefix`.
  func read<Root>(_ table: OptionTable<Root>, into root: inout Root, under prefix: String = "") throws {
    let keys = table.keys.map { ($0, metadata[prefix + $0]) }
    let strings = Dictionary(uniqueKeysWithValues: keys).compactMapValues { $0 }
    try table.read(strings: strings, into: &root) { wrong(prefix + $0) }
  }

  /// The network that the metadata name.
  func network() throws -> Network {
    func read<N: SegmentationNetwork>(_ standard: N) throws -> Network {
      var network = standard
      try self.read(N.options, into: &network, under: "network.")
      return network
    }
    guard let network = metadata["network.variant"].flatMap(Networks.named) else {
      throw wrong("network.variant")
    }
    return try read(network)
  }

  private func wrong(_ key: String) -> ModelError {
    ModelError(
      path,
      "has \(metadata[key].map { "'\($0)'" } ?? "nothing") for '\(key)' in its metadata: "
        + "give the model.safetensors of a training")
  }
}

extension SegmentationNetwork {
  /// The network as strings of a model's metadata.
  var metadata: [String: String] {
    let strings = Self.options.strings(of: self).merging(["variant": variant]) { $1 }
    return Dictionary(uniqueKeysWithValues: strings.map { ("network.\($0)", $1) })
  }
}
