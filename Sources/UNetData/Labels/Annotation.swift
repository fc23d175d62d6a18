import UNetImages

/// What one page teaches: the class of every pixel, and the cells between which borders are to be learnt.
package struct Annotation: Sendable, Equatable {
  /// Rows and columns.
  package let height: Int, width: Int
  /// The class of each pixel, -1 where unknown.  Membranes and instances: 0 border or background, 1 cell.
  package let classes: [Int32]
  /// The cell of each pixel after parting, 0 = none; nil for labels that are classes.
  package let instances: [Int32]?

  /// An annotation with these classes, and cells where there are any.
  package init(height: Int, width: Int, classes: [Int32], instances: [Int32]?) {
    precondition(classes.count == height * width, "\(classes.count) classes for \(height)×\(width)")
    precondition(instances.map { $0.count == height * width } ?? true, "as many ids as pixels")
    (self.height, self.width) = (height, width)
    (self.classes, self.instances) = (classes, instances)
  }

  /// What labels of `file` teach.
  ///
  /// Touching instances are parted by `gap` pixels of background (`LabelMap.parted`; section 3).  In a partly
  /// annotated page, and within `unlabelledBorder` pixels of the page's border, 0 means unknown; the parting gap is known
  /// background even there.
  /// - Throws: `DataError` where a class is beyond `meaning.classes`.
  package init(
    _ labels: LabelImage, _ meaning: Dataset.Meaning, gap: Int = 1, partlyAnnotated: Bool = false,
    unlabelledBorder: Int = 0, file: String
  ) throws {
    let map = LabelMap(labels, kind: meaning.kind, border: meaning.border)
    var target: [Int32]
    var instances: [Int32]?
    switch meaning.kind {
    case .membranes, .instances:
      let cells = meaning.kind == .instances ? map.parted(gap: gap).ids : map.ids
      target = cells.map { $0 == 0 ? 0 : 1 }
      instances = cells
    case .classes:
      if let classes = meaning.classes,
        let at = labels.numbers.firstIndex(where: { meaning.kind.isKnown($0) && $0 >= classes })
      {
        throw DataError(
          file,
          "holds class \(labels.numbers[at]) at row \(at / map.width), column \(at % map.width), "
            + "but there are \(classes) classes, 0 to \(classes - 1): "
            + "raise network.classes or mend the labels")
      }
      target = map.ids
    }
    let (rows, columns) = (map.height - unlabelledBorder, map.width - unlabelledBorder)
    for at in target.indices where map.ids[at] == 0 {
      let (row, column) = (at / map.width, at % map.width)
      let isInside =
        (unlabelledBorder..<max(rows, unlabelledBorder)).contains(row)
        && (unlabelledBorder..<max(columns, unlabelledBorder)).contains(column)
      if partlyAnnotated || !isInside { target[at] = -1 }
    }
    self.init(height: map.height, width: map.width, classes: target, instances: instances)
  }

  /// Whether any pixel is known to be other than class 0: a page of background alone has no cell to learn.
  package var hasCell: Bool { classes.contains { $0 > 0 } }
}
