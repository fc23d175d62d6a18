import UNetGraph
import UNetNetworks

// Small trainings that are compared step by step.

extension ParityCases {
  /// A network whose training is compared, with the side of its tile.
  package struct TrainingCase: Sendable {
    /// For people.
    package let name: String
    let network: Network
    let tile: Int
    let numerics: Algorithm
    let optimizer: Optimizer
    let batch: Int
  }

  /// Every network; the first, wide enough, by Winograd's algorithm too, by Adam, and with three tiles a step.
  package static let trainings: [TrainingCase] =
    Networks.all.map { training($0, name: $0.variant, width: 9, .direct) }
    + [
      training(Networks.all[0], name: "winograd", width: 32, .winograd),
      training(Networks.all[0], name: "adam", width: 9, .direct, .adam),
      training(Networks.all[0], name: "batch", width: 9, .direct, batch: 3),
    ]

  /// A small network, with the least tile of 60 pixels or more that gives 3 scores a side.
  private static func training(
    _ network: Network, name: String, width: Int, _ numerics: Algorithm, _ optimizer: Optimizer = .sgd,
    batch: Int = 1
  ) -> TrainingCase {
    let small = ["levels": "3", "width": "\(width)", "classes": "3"]
    guard let network: Network = try? network.with(small) else {
      preconditionFailure("\(name) has no \(small)")
    }
    var tile = network.nearestTile(to: 60)
    while network.output(of: tile) ?? 0 < 3 { tile = network.nearestTiles(tile).above }
    return TrainingCase(
      name: name, network: network, tile: tile, numerics: numerics, optimizer: optimizer, batch: batch)
  }
}
