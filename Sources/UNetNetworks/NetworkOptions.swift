import UNetOptions

extension Bound {
  /// Sides of tiles, in pixels: more than any device holds, and far from where the arithmetic of shapes overflows.
  package static let tile = Bound.from(1, to: 1 << 15)
}

// The options that several networks have.
extension OptionRow {
  static func levels(_ path: WritableKeyPath<Root, Int> & Sendable) -> OptionRow {
    OptionRow(
      "levels", path, .integer(.from(2, to: TileGeometry.mostLevels)),
      "Number of resolutions; each level down has half the side and twice the channels.")
  }

  static func width(_ path: WritableKeyPath<Root, Int> & Sendable, _ meaning: String) -> OptionRow {
    OptionRow("width", path, .integer(.from(1, to: 4096)), meaning)
  }

  static func classes(_ path: WritableKeyPath<Root, Int> & Sendable) -> OptionRow {
    OptionRow("classes", path, .integer(.from(2, to: 255)), "Number of classes, background included.")
  }

  static func dropout(_ path: WritableKeyPath<Root, Double> & Sendable) -> OptionRow {
    OptionRow(
      "dropout", path, .number(.fraction), inModel: .training { $0[keyPath: path] = 0 },
      "Share of activations dropped after the two deepest levels of the contracting path, in training.")
  }
}
