import UNetFiles
import UNetImages
import UNetNumerics

extension Dataset {
  /// Whether files of one page each, numbered in one form, are like their neighbours, as frames of a movie are: they differ
  /// from the next by less than three quarters of what they differ from those farthest away.  Fewer than eight tell nothing.
  package var areAlike: Bool {
    guard numbers != nil, pages.count >= 8, Set(pages.map { form(Path.stem($0.file)) }).count == 1 else {
      return false
    }
    let views = concurrentMap(pages) { view(of: $0.image) }
    func difference(_ step: Int, _ count: Int) -> Double {
      (0..<count).reduce(0) { sum, at in
        zip(views[at], views[(at + step) % views.count]).reduce(sum) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      } / Double(count)
    }
    return difference(1, views.count - 1) < 0.75 * difference(views.count / 2, views.count)
  }
}

/// The sums of 16×16 parts of an image's first channel, less their mean, divided by their deviation.
private func view(of image: Image) -> [Double] {
  var sums = [Double](repeating: 0, count: 256)
  for y in 0..<image.height / 16 * 16 {
    for x in 0..<image.width / 16 * 16 {
      let part = y / (image.height / 16) * 16 + x / (image.width / 16)
      sums[part] += Double(image.pixels[(y * image.width + x) * image.channels])
    }
  }
  let mean = sums.reduce(0, +) / 256
  let deviation = (sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 256).squareRoot()
  return sums.map { deviation > 0 ? ($0 - mean) / deviation : 0 }
}
