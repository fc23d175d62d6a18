import UNetImages

extension Dataset {
  /// How labels are to be understood.
  package struct Meaning: Sendable, Equatable {
    package let kind: LabelKind, border: Border
    /// How many classes there are, where labels are classes; nil where that is not known.
    package let classes: Int?

    /// By default 0 is the border of membranes.
    package init(_ kind: LabelKind, border: Border = .zero, classes: Int? = nil) {
      (self.kind, self.border, self.classes) = (kind, border, classes)
    }
  }
}

extension Dataset.Meaning {
  /// Whether a pixel of this number is known to be other than class 0.
  package func isCell(_ number: UInt32) -> Bool {
    kind == .membranes ? border.isCell(number) : number != 0 && kind.isKnown(number)
  }

  /// Whether any pixel is known to be other than class 0.
  func hasCell(_ labels: LabelImage) -> Bool { labels.numbers.contains(where: isCell) }

  /// Whether any pixel is known to be class 0.
  func hasGround(_ labels: LabelImage) -> Bool {
    labels.numbers.contains { kind.isKnown($0) && !isCell($0) }
  }

  /// Whether the class of every pixel is known, in a page that is annotated throughout.
  func knowsAll(_ labels: LabelImage) -> Bool { labels.numbers.allSatisfy(kind.isKnown) }

  /// Refuses labels of which no pixel is in a cell.
  func requireCell(_ labels: LabelSurvey) throws {
    guard !labels.hasCell(self) else { return }
    let hold = labels.files.count > 1 ? "and \(labels.files.count - 1) other files hold" : "holds"
    throw DataError(
      labels.files.first ?? "",
      "\(hold) labels with no cell: "
        + (isCell(0)
          ? "cells are 0, all else border; give labels that are 0 somewhere, or set border to zero"
          : "give labels that are not 0 everywhere"),
      choices: isCell(0) ? ["border"] : [])
  }
}

extension LabelSurvey {
  /// Whether any pixel of any page is in a cell.
  package func hasCell(_ meaning: Dataset.Meaning) -> Bool {
    numbers.contains(where: meaning.isCell) || hasZero && meaning.isCell(0)
  }
}
