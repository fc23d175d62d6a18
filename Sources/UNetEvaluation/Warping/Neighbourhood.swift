/// What the eight neighbours of a pixel say about its place in a picture's topology: foreground 4-connected,
/// background 8-connected.
///
/// A neighbourhood is a byte: bit k is white where the k-th neighbour of `Grid.ring` is.
enum Neighbourhood {
  /// Whether the pixel may change its colour without a region or a hole being made, lost, joined or parted
  /// (Bertrand 1994): one component of white touches it by an edge, and one of black by edge or corner.
  static let isSimple: [Bool] = (0..<256).map { bits in
    let white = whiteRuns(bits).filter { $0.contains { $0.isMultiple(of: 2) } }
    return white.count == 1 && blackComponents(bits) == 1
  }

  /// The number of 4-connected components of white among the eight, those at corners included.
  static let whiteComponents: [Int] = (0..<256).map { whiteRuns($0).count }

  /// The components of white: runs along the ring, in which each pixel shares an edge with the next.
  private static func whiteRuns(_ bits: Int) -> [[Int]] { runs(bits) }

  /// The components of black: two edge neighbours beside a corner touch each other over it.
  private static func blackComponents(_ bits: Int) -> Int {
    let black = ~bits & 0xFF
    // A white corner between two black edges does not part them.
    var bridged = black
    for corner in stride(from: 1, to: 8, by: 2) where isSet(black, corner - 1) && isSet(black, corner + 1) {
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
