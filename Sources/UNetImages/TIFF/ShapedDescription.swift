/// What tifffile for Python writes into the description of the first page of an array: `{"shape": [3, 96, 96]}`.
struct ShapedDescription {
  let shape: [Int]
  /// One directory stands for the whole array.
  let isTruncated: Bool
  private let names: [Character]?

  /// Nil where the text is not tifffile's.
  init?(_ text: String) {
    let pattern = /^\{"shape": \[([0-9, ]+)\]/
    guard let numbers = text.firstMatch(of: pattern)?.1 else { return nil }
    shape = numbers.split(whereSeparator: { ", ".contains($0) }).compactMap(Int.init(clamped:))
    isTruncated = text.contains("\"truncated\": true")
    names = text.firstMatch(of: /"axes": "([A-Z]+)"/).map { Array($0.1) }
  }

  /// The axes before rows and columns; nil where they have no names.
  var axes: PageAxes? {
    guard let names, names.count == shape.count else { return nil }
    return PageAxes(axes: zip(names, shape).filter { $0.0 != "Y" && $0.0 != "X" }.map { ($0.0, $0.1) })
  }

  /// The planes of the array, where the first has `size` numbers; nil where the array is not made of such planes.
  func axes(planeSize size: Int) -> PageAxes? {
    let all = PageAxes(axes: shape.map { ("I", $0) })
    // More than any file has.
    guard let total = all.planeCount else { return shape.contains(0) ? nil : all }
    guard size > 0, total % size == 0 else { return nil }
    // What comes before rows, columns and samples are planes.
    var (planes, outer) = (total / size, 0)
    while outer < shape.count, planes > 1, shape[outer] > 0, planes % shape[outer] == 0 {
      planes /= shape[outer]
      outer += 1
    }
    guard planes == 1 else { return nil }
    let known = names?.count == shape.count ? names : nil
    return PageAxes(axes: (0..<outer).map { (known?[$0] ?? "I", shape[$0]) })
  }

  /// What the planes of a directory's samples are.
  enum SamplePlanes { case channels, images, unknown }

  /// What the `count` planes of `size` numbers are that each directory has.  tifffile writes three or four pages of an
  /// array as colours unless it is told not to.
  func samplePlanes(_ count: Int, of size: Int) -> SamplePlanes {
    guard count > 1, let axis = axes(planeSize: size)?.axes.last, axis.length == count else {
      return .channels
    }
    guard names?.count == shape.count else { return .unknown }
    return axis.name == "C" || axis.name == "S" ? .channels : .images
  }
}
