// How much of a range each schedule gives an item; see common.h.

extension OpenCLBackend {
  /// The size of a range's dimension that a kernel walks with EACH or CHANNELS: one item for all, or one for each thing.
  func each(_ count: Int) -> Int {
    switch schedule {
    case .vector: 1
    case .tile: count
    }
  }

  /// The size of a range that a kernel walks with SHARE: a few large shares, or one item for each thing.
  func share(_ count: Int) -> Int {
    switch schedule {
    case .vector: max(1, min(count, 4 * device.description.computeUnits))
    case .tile: count
    }
  }

  /// How many of what an item takes at a time, WIDE floats, `count` floats are.
  func wides(_ count: Int) -> Int {
    switch schedule {
    case .vector: (count + 15) / 16
    case .tile: count
    }
  }
}
