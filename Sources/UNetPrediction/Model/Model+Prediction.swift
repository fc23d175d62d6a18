import UNetData
import UNetImages
import UNetOptions

// How a model is used.  Models of earlier versions lack what is later than they: no averaging, scale 1, and instances
// that are the regions above the threshold.

extension TestTimeAugmentation {
  package static let options = OptionTable<TestTimeAugmentation>([
    .init(
      "rotations", \.rotations, .integer(.from(allowed.lowerBound, to: allowed.upperBound)), inModel: .later,
      "Number of versions of the image, evenly rotated, whose probabilities are averaged."),
    .init(
      "flips", \.flips, .flag, inModel: .later,
      "Average the raw scores of four flips of each version: unchanged, up-down, left-right, both."),
  ])
}

extension ImagePreparation {
  package static let options = OptionTable<ImagePreparation>(
    [.normalisation(\.normalisation), .scale(\.scale)]
      + TestTimeAugmentation.options.rows.map { $0.at(\.averaging) })
}

extension SegmentationOptions {
  /// What may be chosen anew by its key, whatever the model says.
  package static let options = OptionTable<SegmentationOptions>(
    [.threshold(\.threshold)] + TestTimeAugmentation.options.rows.map { $0.at(\.averaging) }
      + InstanceOptions.options.rows.map { $0.at(\.instances) })
}

extension OptionRow {
  /// The option `normalisation`, of experiments and models.
  package static func normalisation(_ path: WritableKeyPath<Root, Normalisation> & Sendable) -> OptionRow {
    OptionRow(
      "normalisation", path, .choice,
      "Of grey values, each image by itself: `mean-deviation` to mean 0 and deviation 1, `percentile` from the 1st percentile, 0, to the 99th, 1."
    )
  }

  /// The option `scale`, of experiments and models.
  package static func scale(_ path: WritableKeyPath<Root, Double> & Sendable) -> OptionRow {
    OptionRow(
      "scale", path, .number(.aboveZero(to: 8)), inModel: .later,
      "Factor by which images are resized before the network sees them; 0.5 halves both sides.")
  }

  /// The option `threshold`, of experiments and of using a model.
  package static func threshold(_ path: WritableKeyPath<Root, Double> & Sendable) -> OptionRow {
    OptionRow(
      "threshold", path, .number(.fraction), inModel: .later,
      "The probability of foreground above which a pixel is foreground."
    )
  }
}
