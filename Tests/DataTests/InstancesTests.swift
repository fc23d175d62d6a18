import Testing
import UNetData
import UNetNumerics

/// The instances of rows in which `#` is foreground, as rows in which `.` is 0.
private func found(_ rows: [String], _ options: InstanceOptions) -> [String] {
  let (height, width) = (rows.count, rows[0].count)
  let foreground = rows.flatMap { $0.map { $0 == "#" } }
  let (ids, count) = instances(of: foreground, height: height, width: width, options)
  #expect(Int(ids.max() ?? 0) == count)
  return (0..<height).map { y in
    ids[y * width..<(y + 1) * width].map { $0 == 0 ? "." : "\($0)" }.joined()
  }
}

@Suite("Instances of the foreground")
struct InstancesTests {
  @Test("without options they are the 4-connected regions")
  func plain() {
    #expect(found(["##.#", "..#.", "#..."], InstanceOptions()) == ["11.2", "..3.", "4..."])
  }

  @Test("small regions vanish, and numbers stay without gaps")
  func area() {
    let rows = ["#.##", "..##", "....", "###."]
    #expect(found(rows, InstanceOptions(smallestArea: 1)) == ["1.22", "..22", "....", "333."])
    #expect(found(rows, InstanceOptions(smallestArea: 3)) == ["..11", "..11", "....", "222."])
    #expect(found(rows, InstanceOptions(smallestArea: 4)) == ["..11", "..11", "....", "...."])
    #expect(found(rows, InstanceOptions(smallestArea: 5)) == ["....", "....", "....", "...."])
  }

  @Test("black pixels in reach go to the nearest instance, equally near ones to the smaller number")
  func grow() {
    #expect(found(["##...##"], InstanceOptions(grow: 1)) == ["111.222"])
    #expect(found(["##...##"], InstanceOptions(grow: 2)) == ["1111222"])
    #expect(found(["##....."], InstanceOptions(grow: 3)) == ["11111.."])
    // A corner is farther than an edge: √2 pixels.
    #expect(found(["...", ".#.", "..."], InstanceOptions(grow: 1)) == [".1.", "111", ".1."])
    #expect(found(["#..", "...", "..#"], InstanceOptions(grow: 2)) == ["111", "112", "122"])
  }

  /// Probabilities as digits, tenths; the threshold is 0.45.
  private func parted(_ rows: [String], _ seedThreshold: Double, smallestArea: Int = 0) -> [String] {
    let (height, width) = (rows.count, rows[0].count)
    let probabilities = rows.flatMap { $0.map { Float($0.wholeNumberValue ?? 0) / 10 } }
    let (ids, count) = instances(
      of: probabilities.map { $0 > 0.45 }, probabilities, height: height, width: width,
      InstanceOptions(smallestArea: smallestArea, seedThreshold: seedThreshold))
    #expect(Int(ids.max() ?? 0) == count)
    return (0..<height).map { y in
      ids[y * width..<(y + 1) * width].map { $0 == 0 ? "." : "\($0)" }.joined()
    }
  }

  @Test("seeds part what the threshold joins, at the least probable pixels between them")
  func seeds() {
    #expect(parted(["5998657995"], 0) == ["1111111111"])
    #expect(parted(["5998657995"], 0.85) == ["1111122222"])
    #expect(parted(["599865799500666"], 0.85) == ["1111122222..333"], "a region without a seed stays whole")
    #expect(parted(["599865799500666"], 0.85, smallestArea: 4) == ["1111122222....."])
    #expect(
      parted(["999", "505", "888"], 0.75) == ["111", "1.1", "222"],
      "reached from both sides: the more probable first")
    #expect(parted(["94449"], 0.85) == ["1...2"], "nothing grows over the background")
    #expect(
      parted(["955", "555", "559"], 0.85) == ["111", "112", "122"], "of equals the first that was reached")
  }

  @Test("every pixel of the mask has an instance, and every instance is connected", arguments: 1...8)
  func watershedIsAPartition(seed: UInt64) {
    let (height, width) = (37, 41)
    let stream = RandomStream(seed: seed, stream: 0)
    let noise = (0..<height * width).map { stream.uniform(step: 0, index: $0) }
    // Blurred, so that there are hills and valleys.
    let hills = noise.indices.map { at -> Float in
      let (row, column) = (at / width, at % width)
      var (sum, count) = (0.0, 0.0)
      for y in max(0, row - 2)...min(height - 1, row + 2) {
        for x in max(0, column - 2)...min(width - 1, column + 2) {
          (sum, count) = (sum + noise[y * width + x], count + 1)
        }
      }
      return Float(min(0.999, max(0, (sum / count - 0.3) * 2.5)))
    }
    let mask = hills.map { $0 > 0.45 }
    let options = InstanceOptions(seedThreshold: 0.6)
    let (ids, count) = instances(of: mask, hills, height: height, width: width, options)
    #expect(zip(mask, ids).allSatisfy { $0 == ($1 != 0) })
    let pieces = connectedComponents(of: ids, outside: 0, height: height, width: width)
    #expect(pieces.count == count)
    let seeds = connectedComponents(of: hills.map { $0 > 0.6 }, height: height, width: width)
    let regions = connectedComponents(of: mask, height: height, width: width)
    let seeded = Set(zip(regions.ids, seeds.ids).filter { $1 != 0 }.map(\.0))
    #expect(count == seeds.count + regions.count - seeded.count)
  }

  @Test("growing is by Euclidean distance, as looking at every pixel finds it", arguments: [1, 2, 3, 5, 9])
  func growIsExact(reach: Int) {
    let (height, width) = (23, 31)
    let foreground = (0..<height * width).map { (at: Int) -> Bool in (at * 7919 + at * at * 31) % 97 < 4 }
    let seeds = instances(of: foreground, height: height, width: width).ids
    let grown = instances(of: foreground, height: height, width: width, InstanceOptions(grow: reach)).ids
    var expected = seeds
    for at in seeds.indices where seeds[at] == 0 {
      var best: (distance: Int, id: Int32) = (reach * reach + 1, 0)
      for other in seeds.indices where seeds[other] != 0 {
        let (dy, dx) = (at / width - other / width, at % width - other % width)
        let distance = dy * dy + dx * dx
        if distance < best.distance || (distance == best.distance && seeds[other] < best.id) {
          best = (distance, seeds[other])
        }
      }
      if best.distance <= reach * reach { expected[at] = best.id }
    }
    // Numbers follow the first pixels, which growing may have put in another order.
    var numbers: [Int32: Int32] = [0: 0]
    for id in expected where numbers[id] == nil { numbers[id] = Int32(numbers.count) }
    #expect(grown == expected.map { numbers[$0] })
  }

  @Test("parting cells and growing them again gives the gap back to its two cells")
  func parted() {
    let ids = (0..<20 * 20).map { Int32($0 % 20 < 9 ? 1 : 2) }
    let cells = LabelMap(height: 20, width: 20, ids: ids)
    for gap in 1...4 {
      let foreground = cells.parted(gap: gap).ids.map { $0 > 0 }
      let again = instances(of: foreground, height: 20, width: 20, InstanceOptions(grow: gap)).ids
      #expect(!again.contains(0))
      let moved = zip(again, ids).filter { $0 != $1 }
      // The first round of parting takes from one cell what is as near to both.
      #expect(moved.count <= 20 * ((gap + 1) / 2))
    }
  }

  @Test("a hole in one instance is filled; a bay, a gap between two, and what reaches the border are not")
  func holes() {
    let fill = InstanceOptions(fillHoles: true)
    #expect(found(["###", "#.#", "###"], fill) == ["111", "111", "111"])
    #expect(found(["####.", "#..#.", "####.", "#...."], fill) == ["1111.", "1111.", "1111.", "1...."])
    #expect(found(["###", "#.#", "#.#"], fill) == ["111", "1.1", "1.1"])
    // Through a corner a hole is open: instances are 4-connected, so what is black is 8-connected.
    #expect(found(["###.", "#.#.", "##..", "...."], fill) == ["111.", "1.1.", "11..", "...."])
    #expect(found(["#####", "#...#", "#.#.#", "#...#", "#####"], fill)[2] == "1.2.1")
    #expect(
      found(["#####", "#...#", "#.#.#", "#...#", "#####"], InstanceOptions(smallestArea: 2, fillHoles: true))
        == ["11111", "11111", "11111", "11111", "11111"])
  }

  @Test("no foreground, nothing found")
  func nothing() {
    let all = InstanceOptions(smallestArea: 3, grow: 2, fillHoles: true)
    #expect(found(["...", "..."], all) == ["...", "..."])
    #expect(found(["###", "###"], all) == ["111", "111"])
  }
}
