import UNetOptions

/// How the foreground becomes instances: its 4-connected regions, or those above `seedThreshold` grown over it, then changed in the order
/// of these values.
public struct InstanceOptions: Sendable, Equatable {
  /// The probability of foreground above which pixels are seeds; 0 for none.
  public var seedThreshold: Double
  /// Instances of fewer pixels are removed; the others take so many pixels of the background around them.
  public var smallestArea: Int, grow: Int
  /// Whether background inside a single instance becomes a part of it.
  public var fillHoles: Bool

  /// By default the 4-connected regions as they are.
  public init(smallestArea: Int = 0, grow: Int = 0, fillHoles: Bool = false, seedThreshold: Double = 0) {
    (self.smallestArea, self.grow, self.fillHoles) = (smallestArea, grow, fillHoles)
    self.seedThreshold = seedThreshold
  }

  /// Whether the probabilities of pixels matter, beside whether they are foreground.
  package var readsProbabilities: Bool { seedThreshold > 0 }

  package static let options = OptionTable<InstanceOptions>([
    .init(
      "seed-threshold", \.seedThreshold, .number(.fraction), inModel: .later, inHash: .unless(0),
      "Regions more probable than this are instances, and grow over the foreground by a watershed of the probability, so that cells "
        + "part that touch at less; a region without such a pixel stays whole. 0: every region of the foreground is an instance."
    ),
    .init(
      "smallest-area", \.smallestArea, .integer(.notNegative), inModel: .later,
      "Instances with fewer pixels than this are removed."),
    .init(
      "grow", \.grow, .integer(.from(0, to: 100)), inModel: .later,
      "Background at most this many pixels from an instance becomes part of the nearest one."),
    .init(
      "fill-holes", \.fillHoles, .flag, inModel: .later,
      "Background that is enclosed by a single instance becomes part of it."),
  ])
}

/// The instances of a mask `[H, W]`: its 4-connected regions, or those of the seeds in `probabilities` grown over it, the small
/// ones removed, grown, and their holes filled; numbered from 1 in the order of their first pixels, 0 elsewhere.
package func instances(
  of foreground: [Bool], _ probabilities: [Float] = [], height: Int, width: Int,
  _ options: InstanceOptions = InstanceOptions()
)
  -> (ids: [Int32], count: Int)
{
  let regions = connectedComponents(of: foreground, height: height, width: width, connectivity: .four)
  guard options != InstanceOptions() else { return regions }
  let ids =
    options.readsProbabilities
    ? watershed(
      of: probabilities, from: options.seedThreshold, over: regions.ids, height: height, width: width)
    : regions.ids
  var map = LabelMap(height: height, width: width, ids: ids)
  map.removeInstances(below: options.smallestArea)
  if options.grow > 0 { map.growInstances(by: options.grow) }
  if options.fillHoles { map.fillHoles() }
  return map.numberedInOrder()
}

extension LabelMap {
  /// Removes every instance of fewer than `area` pixels.
  mutating func removeInstances(below area: Int) {
    var areas = [Int](repeating: 0, count: Int(ids.max() ?? 0) + 1)
    for id in ids { areas[Int(id)] += 1 }
    for at in ids.indices where areas[Int(ids[at])] < area { ids[at] = 0 }
  }

  /// Gives each background pixel within `reach` pixels of an instance, centre to centre, to the nearest one, of equally
  /// near ones to that of the smallest number.
  package mutating func growInstances(by reach: Int) {
    let columns = nearestInColumns(within: reach)
    var grown = ids
    for y in 0..<height {
      for x in 0..<width where ids[y * width + x] == 0 {
        var best = Nearest(id: 0, distance: reach * reach)
        for column in max(0, x - reach)...min(width - 1, x + reach) {
          let nearest = columns[y * width + column]
          let (rows, across) = (nearest.distance, column - x)
          guard nearest.id != 0 else { continue }
          best.offer(nearest.id, rows * rows + across * across)
        }
        grown[y * width + x] = best.id
      }
    }
    ids = grown
  }

  /// For each pixel the nearest instance of its column and the rows between, id 0 where none is within `reach`.
  private func nearestInColumns(within reach: Int) -> [Nearest] {
    var nearest = [Nearest](repeating: Nearest(id: 0, distance: reach), count: ids.count)
    for (rows, start) in [(Array(0..<height), -1), ((0..<height).reversed(), height)] {
      for x in 0..<width {
        var (last, row) = (Int32(0), start)
        for y in rows {
          if ids[y * width + x] != 0 { (last, row) = (ids[y * width + x], y) }
          if last != 0 { nearest[y * width + x].offer(last, abs(y - row)) }
        }
      }
    }
    return nearest
  }

  /// Gives a background region (pixels that share an edge or a corner) that touches one instance alone, and not the
  /// image's border, to that instance.
  mutating func fillHoles() {
    let background = connectedComponents(
      of: ids.map { $0 == 0 }, height: height, width: width, connectivity: .eight)
    // What surrounds each region: nothing yet, one instance, or something else (-1).
    var around = [Int32](repeating: 0, count: background.count + 1)
    for y in 0..<height {
      for x in 0..<width where ids[y * width + x] == 0 {
        let region = Int(background.ids[y * width + x])
        guard y > 0, x > 0, y < height - 1, x < width - 1 else {
          around[region] = -1
          continue
        }
        for neighbour in [(y - 1) * width + x, (y + 1) * width + x, y * width + x - 1, y * width + x + 1] {
          let id = ids[neighbour]
          guard id != 0, id != around[region] else { continue }
          around[region] = around[region] == 0 ? id : -1
        }
      }
    }
    for at in ids.indices where ids[at] == 0 { ids[at] = max(0, around[Int(background.ids[at])]) }
  }

  /// The instances numbered from 1 in the order of their first pixels.
  func numberedInOrder() -> (ids: [Int32], count: Int) {
    var numbers = [Int32](repeating: 0, count: Int(ids.max() ?? 0) + 1)
    var count: Int32 = 0
    let ordered = ids.map { id -> Int32 in
      guard id != 0 else { return 0 }
      if numbers[Int(id)] == 0 {
        count += 1
        numbers[Int(id)] = count
      }
      return numbers[Int(id)]
    }
    return (ordered, Int(count))
  }
}

/// The nearest instance so far, at no more than the distance it began with; of equally near ones that of the smallest
/// number.
private struct Nearest {
  var id: Int32
  var distance: Int

  mutating func offer(_ other: Int32, _ distance: Int) {
    guard distance < self.distance || (distance == self.distance && (id == 0 || other < id)) else { return }
    (id, self.distance) = (other, distance)
  }
}
