import UNetConfiguration
import UNetNetworks

extension Experiment {
  /// The network (section 2).
  package struct NetworkSettings: Equatable, Sendable {
    /// The network itself.
    package var network = Networks.all[0]
    /// Channels of the images; nil where the images decide, before they are read.
    package var channels: Int?

    /// Channels of the output.
    package var classes: Int { network.classes }

    package static func == (a: NetworkSettings, b: NetworkSettings) -> Bool {
      a.network == b.network && a.channels == b.channels
    }
  }
}

extension Experiment.NetworkSettings {
  /// The options that are the same for every network.
  private static let options = OptionTable<Experiment.NetworkSettings>([
    .init("variant", \.network, variant, "Which network; the variants are explained below."),
    .init(
      "channels", \.channels, channels, standard: "`auto`",
      "Channels of the images: 1 for grey, 3 for colour; `auto`: what the images have."),
  ])

  private static let channels = OptionType<Int?>(
    "`auto`, or whole number, from 1 to 64", write: { $0.map { .number($0) } ?? .text("auto") },
    read: { $0.isWord("auto") ? nil : try $0.integer(.from(1, to: 64)) })

  private static let variant = OptionType<Network>(
    alternatives(Networks.all.map { "`\($0.variant)`" }), write: { .text($0.variant) },
    read: { value in
      guard let network = Networks.named(try value.text()) else {
        throw value.mismatch(alternatives(Networks.all.map(\.variant)))
      }
      return network
    })

  /// The section `network`: the options of the variant that it names.
  static let optionType = OptionType<Experiment.NetworkSettings>(
    "the keys below", write: \.yaml, read: { try Experiment.NetworkSettings($0) })

  private init(_ value: YAMLValue) throws {
    let keys = Networks.all.flatMap { $0.yaml.map(\.key) }.reduce(into: ["variant"]) { known, key in
      if !known.contains(key) { known.append(key) }
      if key == "classes", !known.contains("channels") { known.append("channels") }
    }
    let mapping = try YAMLMapping(value, keys: keys)
    try Self.options.read(mapping, into: &self)
    network = try network.reading(mapping)
    for other in Networks.all {
      for (key, _) in other.yaml where !network.yaml.contains(where: { $0.key == key }) {
        guard let surplus = mapping[key] else { continue }
        throw surplus.failure(
          "belongs to \(type(of: other).kind), network.variant is \(network.variant): remove it")
      }
    }
  }

  private var yaml: YAMLText {
    let common = Self.options.yaml(of: self)
    let entries = [common[0]] + network.yaml.flatMap { $0.key == "classes" ? [$0, common[1]] : [$0] }
    return .section(entries)
  }

  /// The tables of the documentation: what is common, then the options of each network that no table has yet.
  static let documentation: [[OptionDocumentation]] =
    [options.documentation(of: Experiment.NetworkSettings(), under: "network")]
    + Networks.all.map(\.documentation).reduce(into: []) { tables, own in
      if !tables.contains(where: { Set(own).isSubset(of: $0) }) { tables.append(own) }
    }
}

extension SegmentationNetwork {
  fileprivate var yaml: [(key: String, value: YAMLText)] { Self.options.yaml(of: self) }

  fileprivate func reading(_ mapping: YAMLMapping) throws -> Self {
    var network = self
    try Self.options.read(mapping, into: &network)
    return network
  }

  fileprivate var documentation: [OptionDocumentation] {
    Self.options.documentation(of: self, under: "network")
  }
}
