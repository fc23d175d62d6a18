/// How samples are changed before training sees them (section 3.1).
package struct SamplingOptions: Sendable, Equatable {
  /// Any position inside the image; without it only those of the abutting tiles that cover the image.
  package var shift: Bool
  /// Mirrored up-down and left-right, each half of the time.
  package var flips: Bool
  /// Turned by 90 degrees half of the time, both ways equally; with flips any of the 8 symmetries of the square.
  package var quarterTurns: Bool
  /// Turned by any angle up to so many degrees either way, all equally likely; 180 is any direction, 0 none.
  package var rotation: Double
  /// Smooth deformation; nil: none.
  package var elastic: Elastic?
  /// Changes of grey values; nil: none.
  package var grey: Grey?

  /// Smooth displacements (section 3.1).
  package struct Elastic: Sendable, Equatable {
    /// Displacement vectors a side; the outermost lie on the border of the input tile.
    package var grid: Int
    /// The standard deviation of their rows and columns, in pixels.
    package var deviation: Double

    /// The paper's 3 × 3 vectors of deviation 10.
    package init(grid: Int = 3, deviation: Double = 10) { (self.grid, self.deviation) = (grid, deviation) }
  }

  /// Changes of grey values; the paper names them and leaves them open.
  package struct Grey: Sendable, Equatable {
    /// The difference from the image's mean is multiplied by a factor of 1 ± this.
    package var contrast: Double
    /// What is added: ± this times the image's standard deviation.
    package var brightness: Double

    /// Mild changes, unless said otherwise.
    package init(contrast: Double = 0.1, brightness: Double = 0.1) {
      (self.contrast, self.brightness) = (contrast, brightness)
    }
  }

  /// What keeps every pixel's value, all of it, unless said otherwise.
  package init(
    shift: Bool = true, flips: Bool = true, quarterTurns: Bool = true, rotation: Double = 0,
    elastic: Elastic? = nil, grey: Grey? = nil
  ) {
    (self.shift, self.flips, self.quarterTurns) = (shift, flips, quarterTurns)
    (self.rotation, self.elastic, self.grey) = (rotation, elastic, grey)
  }

  /// Everything that section 3.1 names.
  package static let paper = SamplingOptions(rotation: 180, elastic: Elastic(), grey: Grey())

  /// `augmentation: none`: an image of the output tile's size is always itself; a larger one gives random tiles.
  package static let none = SamplingOptions(shift: false, flips: false, quarterTurns: false)

  /// Whether pixels may come to lie between those of the image, so that values must be interpolated.
  var interpolates: Bool { rotation > 0 || elastic != nil }
}
