/// What the pages of a file are: frames, each of slices that follow each other.
package struct StackShape: Sendable, Equatable {
  /// How many frames, and slices of each.
  package let frames: Int, slices: Int

  /// A stack of this shape.
  package init(frames: Int = 1, slices: Int = 1) { (self.frames, self.slices) = (frames, slices) }

  /// The shape of `count` pages with these axes, channels aside (`PageAxes.pages`); nil where some of them have no name.
  init?(_ axes: [(name: Character, length: Int)], count: Int) {
    let long = axes.filter { $0.length > 1 && $0.name != "C" && $0.name != "S" }
    guard ["", "T", "Z", "TZ", "ZT"].contains(String(long.map(\.name))) else { return nil }
    func length(_ name: Character) -> Int { long.first { $0.name == name }?.length ?? 1 }
    let (product, overflow) = length("T").multipliedReportingOverflow(by: length("Z"))
    guard !overflow, product == count else { return nil }
    self.init(frames: length("T"), slices: length("Z"))
  }
}
