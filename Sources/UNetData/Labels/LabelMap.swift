import UNetImages

/// What the values of a label image mean.
public enum LabelKind: String, Sendable, CaseIterable {
  /// 0 is membrane, all else cell; every 4-connected region of cell is a cell of its own.
  case membranes
  /// 0 is background, every other number a cell.
  case instances
  /// Values are class numbers from 0; 255 is unknown.
  case classes
}

extension LabelKind {
  /// What the labels at `path` mean, told by their first page, where it can only be one thing: 16-bit numbers are
  /// instances; a single number beside 0 is cells between membranes.
  /// - Throws: `DataError` where they may be instances or classes, and the errors of reading.
  package static func guess(_ path: String) throws -> LabelKind {
    guard let file = try ImageSequence.files(path).first,
      let page = try ImageFile.read(file, isLabels: true).first
    else {
      throw DataError(path, "holds no labels: give a file of labels")
    }
    guard page.format == .uint8 else { return .instances }
    guard Set(page.pixels).subtracting([0]).count > 1 else { return .membranes }
    throw DataError(
      file, "holds several numbers: say whether they mean instances, classes or membranes", choices: ["kind"])
  }
}

/// Whole numbers for every pixel, `[H, W]`: ids of cells (0 = none) or classes.
package struct LabelMap: Sendable, Equatable {
  /// Rows and columns.
  package let height: Int, width: Int
  /// The id or class of each pixel.
  package var ids: [Int32]

  /// A map of `height * width` numbers.
  package init(height: Int, width: Int, ids: [Int32]) {
    precondition(ids.count == height * width, "\(ids.count) labels for \(height)×\(width)")
    (self.height, self.width, self.ids) = (height, width, ids)
  }

  /// The labels that an image of `file` holds: cells' ids for membranes and instances, class numbers for classes.
  ///
  /// Throws where the image is colour or holds fractions or negative numbers.
  package init(_ image: Image, kind: LabelKind, file: String) throws {
    guard image.channels == 1 else {
      throw DataError(
        file, "has \(image.channels) channels, but labels are one whole number a pixel: save them as grey")
    }
    if let at = image.pixels.firstIndex(where: { $0 < 0 || $0 > 16_777_216 || $0.rounded() != $0 }) {
      throw DataError(
        file,
        "holds \(image.pixels[at]) at row \(at / image.width), column \(at % image.width): "
          + "labels are whole numbers from 0")
    }
    let ids: [Int32]
    switch kind {
    case .membranes:
      let cells = image.pixels.map { $0 > 0 }
      ids = connectedComponents(of: cells, height: image.height, width: image.width).ids
    case .instances, .classes: ids = image.pixels.map { Int32($0) }
    }
    self.init(height: image.height, width: image.width, ids: ids)
  }

  /// Cells parted by at least `gap` pixels of background, where touching or nearer than that.
  ///
  /// Afterwards any two pixels of different cells are more than `gap` rows or columns apart.  The border is taken
  /// in `gap` rounds: in the first, pixels next to a cell of a smaller number become background; in the second,
  /// pixels within 2 of a cell of a larger number; and so on by turns, so that cells lose evenly.
  package func parted(gap: Int) -> LabelMap {
    var map = self
    for reach in stride(from: 1, through: gap, by: 1) {
      map = map.eroded(reach: reach, larger: reach % 2 == 1)
    }
    return map
  }

  /// Turns into background the pixels within `reach` of another cell; of a pair only the larger or smaller number.
  private func eroded(reach: Int, larger: Bool) -> LabelMap {
    var map = self
    for y in 0..<height {
      for x in 0..<width {
        let id = ids[y * width + x]
        guard id != 0 else { continue }
        let columns = max(0, x - reach)...min(width - 1, x + reach)
        rows: for row in max(0, y - reach)...min(height - 1, y + reach) {
          for other in columns.lazy.map({ ids[row * width + $0] }) where other != 0 && other != id {
            if (other < id) == larger {
              map.ids[y * width + x] = 0
              break rows
            }
          }
        }
      }
    }
    return map
  }
}
