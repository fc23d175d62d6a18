/// How a device's work is divided.  A schedule changes no bit of a result (Documentation/numerics.md), so every device
/// can use each; which is fast depends on the kind of device (Documentation/kernels.md).
package enum KernelSchedule: Hashable, Codable, Sendable {
  /// For CPUs: an item holds vectors of 16 sums and reads memory itself; a few large shares of everything else.
  case vector(VectorSchedule)
  /// For GPUs: groups of items share tiles in local memory; an item for each element of everything else.
  case tile(TileSchedule)

  /// A schedule without its parameters.
  package enum Name: String, CaseIterable, Sendable { case vector, tile }

  /// Which one it is.
  package var name: Name {
    switch self {
    case .vector: .vector
    case .tile: .tile
    }
  }

  /// The schedule `name` with the parameters that suit `device`; without a name the one for its kind.
  package init(_ name: Name? = nil, for device: DeviceDescription) {
    self.init(name, kind: device.kind, limits: device.limits)
  }

  /// The same for a device of this kind and these limits.
  package init(_ name: Name? = nil, kind: DeviceDescription.Kind, limits: DeviceLimits) {
    switch name ?? (kind == .cpu ? .vector : .tile) {
    case .vector:
      self = .vector(
        kind == .cpu ? VectorSchedule(nativeFloats: limits.nativeFloats) : VectorSchedule(sums: 4))
    case .tile: self = .tile(TileSchedule(for: limits))
    }
  }

}

extension KernelSchedule.Name {
  /// The schedule that `word` names.
  /// - Throws: `UnknownSchedule`.
  package init(word: String) throws(UnknownSchedule) {
    guard let name = Self(rawValue: word) else { throw UnknownSchedule(word: word) }
    self = name
  }
}

// A key that names the schedule, with its parameters.
extension KernelSchedule {
  private enum CodingKeys: CodingKey { case vector, tile }

  /// Writes `{"vector": {...}}` or `{"tile": {...}}`.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .vector(let schedule): try container.encode(schedule, forKey: .vector)
    case .tile(let schedule): try container.encode(schedule, forKey: .tile)
    }
  }

  /// Reads what `encode` writes.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self =
      if let schedule = try container.decodeIfPresent(VectorSchedule.self, forKey: .vector) {
        .vector(schedule)
      } else {
        .tile(try container.decode(TileSchedule.self, forKey: .tile))
      }
  }
}

/// The parameters of `KernelSchedule.vector`.
package struct VectorSchedule: Hashable, Codable, Sendable {
  /// Vectors of 16 sums that an item of the convolutions keeps: what the registers of a CPU hold beside their operands; on a
  /// GPU, 64 numbers an item, which need no spills.
  package var sums: Int
  /// Tiles of Winograd's algorithm that are worked on at a time: their transforms stay in a core's cache.
  package var strip: Int
  /// The most channels, and filters, of a gradient by Winograd's algorithm that are worked on at a time.
  package var group: Int

  /// The values worth trying.
  package static let allowedSums = [2, 4, 6, 8, 12, 16, 24, 28]
  /// The values worth trying.
  package static let allowedStrips = [12, 24, 48]
  /// The values worth trying.
  package static let allowedGroups = [64, 128]

  /// What suits a CPU whose registers have so many floats: AVX-512 has 32 of 16; AVX2 has 16 of 8 and NEON 32 of 4, where a
  /// vector of 16 takes two and four.
  package init(nativeFloats: Int) {
    self.init(sums: nativeFloats >= 16 ? 24 : 6)
  }

  /// Items that keep `sums` vectors, strips of `strip` tiles and groups of `group` channels.
  package init(sums: Int, strip: Int = 24, group: Int = 128) {
    (self.sums, self.strip, self.group) = (sums, strip, group)
  }
}

/// The parameters of `KernelSchedule.tile`.
package struct TileSchedule: Hashable, Codable, Sendable {
  /// The largest tile of a product: pixels x channels.
  package var product: GroupTile
  /// The largest tile of a filter's gradient: channels at all taps x filters.
  package var gradient: GroupTile

  /// Floats of Winograd transforms that pass through scratch at a time.  Fewer stay in the device's cache until the next
  /// pass reads them; more need fewer launches, which decides on a large GPU.
  package var transformFloats: Int
  /// The values worth trying, 8 to 512 MiB.
  package static let allowedTransformFloats = [2 << 20, 8 << 20, 32 << 20, 128 << 20]

  /// These tiles, which are two of `GroupTile.allowed(on:)`, and 128 MiB of transforms.
  package init(product: GroupTile, gradient: GroupTile, transformFloats: Int = 32 << 20) {
    (self.product, self.gradient, self.transformFloats) = (product, gradient, transformFloats)
  }

  /// 128 x 64 results a group, 8 x 8 an item, or as many as the device takes; 4 x 8 where an item's registers hold no more.
  package init(for limits: DeviceLimits) {
    let usual = GroupTile(
      rows: 128, columns: 64, itemRows: limits.itemResults < 64 ? 4 : 8, itemColumns: 8, depth: 8)
    let tile = usual.fits(limits) ? usual : GroupTile.allowed(on: limits).max { $0.results < $1.results }
    self.init(product: tile ?? .least, gradient: tile ?? .least)
  }
}

/// A word that names no schedule.
package struct UnknownSchedule: Error, CustomStringConvertible {
  /// The word.
  package let word: String

  /// One sentence with the remedy.
  package var description: String {
    let names = KernelSchedule.Name.allCases.map(\.rawValue).joined(separator: " or ")
    return "there is no schedule '\(word)'; give \(names)"
  }
}
