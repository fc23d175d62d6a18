/// What the eight neighbours of a pixel say about its place in a picture's topology: foreground 4-connected,
/// background 8-connected.
///
/// A neighbourhood is a byte: bit k is foreground where the k-th neighbour of `Grid.ring` is.
enum Neighbourhood {
  /// Whether the pixel may change its colour without a region or a hole being made, lost, joined or parted
  /// (Bertrand 1994): one component of foreground touches it by an edge, and one of background by edge or corner.
  static let isSimple: [Bool] = (0..<256).map { bits in
    let foreground = foregroundRuns(bits).filter { $0.contains { $0.isMultiple(of: 2) } }
    return foreground.count == 1 && backgroundComponents(bits) == 1
  }

  /// The number of 4-connected components of foreground among the eight, those at corners included.
  static let foregroundComponents: [Int] = (0..<256).map { foregroundRuns($0).count }

  /// The components of foreground: runs along the ring, in which each pixel shares an edge with the next.
  private static func foregroundRuns(_ bits: Int) -> [[Int]] { runs(bits) }

  /// The components of background: two edge neighbours beside a corner touch each other over it.
  private static func backgroundComponents(_ bits: Int) -> Int {
    let background = ~bits & 0xFF
    // A foreground corner between two background edges does not part them.
    var bridged = background
    for corner in stride(from: 1, to: 8, by: 2)
    where isSet(background, corner - 1) && isSet(background, corner + 1) {
      bridged |= 1 << corner
    }
    return runs(bridged).count
  }

  private static func isSet(_ bits: Int, _ place: Int) -> Bool { bits >> (place & 7) & 1 == 1 }

  /// The runs of set bits around the ring.
  private static func runs(_ bits: Int) -> [[Int]] {
    guard bits != 0xFF else { return [Array(0..<8)] }
    let starts = (0..<8).filter { isSet(bits, $0) && !isSet(bits, $0 + 7) }
    return starts.map { start in (start..<start + 8).prefix { isSet(bits, $0) }.map { $0 & 7 } }
  }
}
