/// How the planes of a file follow each other: by channel, depth and time.
struct PageAxes {
  /// Axes and their lengths, the one that changes slowest first.  `C` are channels.
  let axes: [(name: Character, length: Int)]

  /// The planes of each page, by channel; nil where they are more than `limit`.
  ///
  /// Channels are parts of one page, and every other axis makes pages of its own; frames follow each other, with all slices of
  /// each, whatever the order of the planes.
  func pages(upTo limit: Int) -> [[Int]]? {
    guard let total = planeCount, total <= limit else { return nil }
    var pages: [[Int]] = [[0]]
    var stride = total
    var all: [(name: Character, steps: [Int])] = axes.map { name, length in
      stride /= max(1, length)
      return (name, (0..<length).map { $0 * stride })
    }
    if let slices = all.firstIndex(where: { $0.name == "Z" }),
      let frames = all.lastIndex(where: { $0.name == "T" }), slices < frames
    {
      all.insert(all.remove(at: frames), at: slices)
    }
    for (name, steps) in all {
      if name == "C" {
        pages = pages.map { page in page.flatMap { plane in steps.map { plane + $0 } } }
      } else {
        pages = pages.flatMap { page in steps.map { step in page.map { $0 + step } } }
      }
    }
    return pages
  }

  /// How many planes the axes make; nil where no `Int` says it.
  var planeCount: Int? {
    axes.reduce(1 as Int?) { total, axis in
      guard let total, axis.length > 0 else { return nil }
      let (product, overflow) = total.multipliedReportingOverflow(by: axis.length)
      return overflow ? nil : product
    }
  }
}
