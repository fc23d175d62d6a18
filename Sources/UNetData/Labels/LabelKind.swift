/// What the values of a label image mean.
public enum LabelKind: String, Sendable, CaseIterable {
  /// One number is membrane (`Border`), all else cell; every 4-connected region of cell is a cell of its own.
  case membranes
  /// 0 is background, every other number a cell.
  case instances
  /// Values are class numbers from 0; 255 is unknown.
  case classes
}

extension LabelKind {
  /// The number that is no class, but says that a pixel's class is unknown; classes have smaller ones.
  package static let unknownClass: UInt32 = 255

  /// Whether labels of this kind say what a pixel of this number is.
  package func isKnown(_ number: UInt32) -> Bool { self != .classes || number != Self.unknownClass }
}

/// Which numbers are the border between cells, where labels are membranes.
package enum Border: String, Sendable, CaseIterable {
  /// 0; all others are cells.
  case zero
  /// All but 0, which is cell.
  case other
}
