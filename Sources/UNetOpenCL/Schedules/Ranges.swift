// How much of a range each schedule gives an item; see common.h.

extension OpenCLBackend {
  /// The size of a range's dimension that a kernel walks with EACH or CHANNELS: one item for all, or one for each thing.
  func each(_ count: Int) -> Int {
    switch schedule {
    case .vector: 1
    case .tile: count
    }
  }

  /// The size of a range that a kernel walks with SHARE: a few large shares, or one item for each thing and as many idle ones
  /// as whole groups need, for drivers make groups that divide a range.
  func share(_ count: Int) -> Int {
    switch schedule {
    case .vector: max(1, min(count, 4 * device.description.computeUnits))
    case .tile: count > OpenCLBackend.wholeGroup ? count.roundedUp(to: OpenCLBackend.wholeGroup) : count
    }
  }

  /// Items of a group that leaves no part of a core idle, on GPUs of every maker.
  private static let wholeGroup = 128

  /// How many of what an item takes at a time, WIDE floats, `count` floats are.
  func wides(_ count: Int) -> Int {
    switch schedule {
    case .vector: (count + 15) / 16
    case .tile: count
    }
  }
}

extension Int {
  fileprivate func roundedUp(to unit: Int) -> Int { (self + unit - 1) / unit * unit }
}
