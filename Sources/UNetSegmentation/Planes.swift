import UNetFiles
import UNetImages

/// Pages of one file that get their rows together, such as the probabilities of each class.
///
/// A file is written a page after the other: the first plane goes there at once, the rows of the others wait in a file
/// without a name.
final class Planes {
  private let writer: any PageWriter
  private let layout: PageLayout
  private let count: Int
  private let path: String
  private var scratch: ScratchFile?
  private var rows = 0

  /// `count` planes of one layout; `path` is the file that `writer` writes.
  init(_ writer: any PageWriter, _ layout: PageLayout, count: Int, path: String) throws {
    (self.writer, self.layout, self.count, self.path) = (writer, layout, count, path)
    try writer.begin(layout)
  }

  /// The next rows of all planes: values of a pixel side by side.
  func add(_ values: [Float]) throws {
    let pixels = values.count / count
    for plane in 0..<count {
      let part = count == 1 ? values : (0..<pixels).map { values[$0 * count + plane] }
      guard plane > 0 else {
        try writer.write(part)
        continue
      }
      let waiting = try scratch ?? ScratchFile(for: path)
      scratch = waiting
      try part.withUnsafeBytes {
        try waiting.write($0, at: (plane - 1) * layout.bytes + rows * layout.rowBytes)
      }
    }
    rows += pixels / layout.width
  }

  /// Writes what waits and ends the pages.
  func end() throws {
    try writer.endPage()
    for plane in 1..<max(count, 1) {
      guard let scratch else { break }
      try writer.begin(layout)
      let block = max(1, (1 << 20) / layout.rowBytes) * layout.rowBytes
      for first in stride(from: 0, to: layout.bytes, by: block) {
        let bytes = try scratch.bytes(
          at: (plane - 1) * layout.bytes + first, count: min(block, layout.bytes - first))
        try writer.write(bytes)
      }
      try writer.endPage()
    }
  }
}
