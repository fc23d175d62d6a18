import UNetImages

/// What happens to an image before and after the network.
package struct ImagePreparation: Sendable, Equatable {
  /// How grey values become the network's input.
  package var normalisation: Normalisation
  /// The resolution at which the network works, for 1 of the image.
  package var scale: Double
  /// The versions of the image that are averaged, at the network's resolution.
  package var averaging: TestTimeAugmentation

  /// These values.
  package init(normalisation: Normalisation, scale: Double = 1, averaging: TestTimeAugmentation = .none) {
    (self.normalisation, self.scale, self.averaging) = (normalisation, scale, averaging)
  }
}
