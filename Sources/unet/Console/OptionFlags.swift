import ArgumentParser
import UNetConfiguration
import UNetNetworks

extension OptionTable {
  /// Gives `root` the values of flags that are called as the options are.
  func read(flags: [String: (any CustomStringConvertible)?], into root: inout Root) throws {
    do {
      try read(given: flags.compactMapValues { $0?.description }, into: &root) { "--\($0)" }
    } catch let error as ConfigurationError { throw ValidationError(error.problem) }
  }

  /// The help of the flag for the option at `key`; `standard` is the default where the flag itself has none.
  func help(_ key: String, default standard: String? = nil) -> ArgumentHelp {
    ArgumentHelp(stringLiteral: self[key].meaning + (standard.map { " (default: \($0))" } ?? ""))
  }
}

extension SegmentationNetwork {
  /// The network with the values of flags that are called as its options are; one that is given must be one of these, but
  /// for dropout, which is turned off where there is any.
  func with(flags: [String: Int?]) throws -> Self {
    var network = self
    for (flag, value) in flags.sorted(by: { $0.key < $1.key }) where value != nil && flag != "dropout" {
      guard Self.options.keys.contains(flag) else {
        throw ValidationError("--\(flag): \(Self.kind) has none; leave it out")
      }
    }
    try Self.options.read(flags: flags, into: &network)
    return network
  }

  /// Checks the tile that `--size` gives, which may also be one of several in which an image is segmented.
  func check(size: Int?, segmenting: Bool = false) throws {
    guard let size else { return }
    guard Bound.tile.holds(Double(size)) else {
      throw ValidationError("--size \(size): must be \(Bound.tile.words)")
    }
    do { segmenting ? try check(segmentingTile: size) : try check(tile: size) } catch {
      throw ValidationError("--size: \(error)")
    }
  }
}
