import UNetOptions

/// How samples are changed before training sees them (section 3.1); `options` says what each value is.
package struct AugmentationOptions: Sendable, Equatable {
  package var shift: Bool, flips: Bool, quarterTurns: Bool
  package var rotation: Double
  package var zoom: Double
  package var elastic: Elastic?
  package var grey: Grey?

  /// Smooth displacements (section 3.1): the paper's 3 × 3 vectors of deviation 10.
  package struct Elastic: Sendable, Equatable {
    package var grid: Int
    package var deviation: Double
    package init(grid: Int = 3, deviation: Double = 10) { (self.grid, self.deviation) = (grid, deviation) }
  }

  /// Changes of grey values; the paper names them and leaves them open.
  package struct Grey: Sendable, Equatable {
    package var contrast: Double, brightness: Double
    package init(contrast: Double = 0.1, brightness: Double = 0.1) {
      (self.contrast, self.brightness) = (contrast, brightness)
    }
  }

  /// By default all of what keeps every pixel's value.
  package init(
    shift: Bool = true, flips: Bool = true, quarterTurns: Bool = true, rotation: Double = 0, zoom: Double = 0,
    elastic: Elastic? = nil, grey: Grey? = nil
  ) {
    (self.shift, self.flips, self.quarterTurns) = (shift, flips, quarterTurns)
    (self.rotation, self.zoom, self.elastic, self.grey) = (rotation, zoom, elastic, grey)
  }

  /// Everything that section 3.1 names.
  package static let paper = AugmentationOptions(rotation: 180, elastic: Elastic(), grey: Grey())

  /// `augmentation: none`: an image of the output tile's size is always itself; a larger one gives random tiles.
  package static let none = AugmentationOptions(shift: false, flips: false, quarterTurns: false)

  /// Whether pixels may come to lie between those of the image, so that values must be interpolated.
  var interpolates: Bool { rotation > 0 || zoom > 0 || elastic != nil }
}

extension AugmentationOptions {
  package static let options = OptionTable<AugmentationOptions>([
    .init("shift", \.shift, .flag, "Tiles lie anywhere in the image, else only where abutting tiles lie."),
    .init("flips", \.flips, .flag, "Mirrored up-down and left-right, each half of the time."),
    .init("quarter-turns", \.quarterTurns, .flag, "Rotated by 0, 90, 180 or 270 degrees, equally often."),
    .init("rotation", \.rotation, angle, "Rotated by a random angle, at most so many degrees either way."),
    .init(
      "zoom", \.zoom, .number(.from(0, to: 3)), inHash: .unless(0),
      "Enlarged or reduced by a random factor of at most 1 + this, as often as by its inverse."),
    .init(
      "elastic", \.elastic, .orNone(.section(Elastic.options), Elastic()),
      "Smooth deformation: Gaussian displacements on a grid over the input tile, bicubic in between."),
    .init("grey", \.grey, .orNone(.section(Grey.options), Grey()), "Changes of grey values."),
  ])

  /// `true`: any angle; `false`: none; a number: up to so many degrees either way.
  private static let angle = OptionType<Double>(
    "`true`, `false` or degrees from 0 to 180",
    write: { $0 == 0 || $0 == 180 ? .scalar("\($0 == 180)") : .decimal($0) },
    read: { value in
      if let flag = try? value.flag() { return flag ? 180 : 0 }
      let words = "true, false or degrees from 0 to 180"
      guard let degrees = try? value.number(.from(0, to: 180)) else { throw value.mismatch(words) }
      return degrees
    })
}

extension AugmentationOptions.Elastic {
  static let options = OptionTable<Self>([
    .init(
      "grid", \.grid, .integer(.from(3, to: 32)),
      "Points a side; the outermost lie on the border of the tile."),
    .init("deviation", \.deviation, .number(.from(0, to: 100)), "Deviation of the displacements, in pixels."),
  ])
}

extension AugmentationOptions.Grey {
  static let options = OptionTable<Self>([
    .init(
      "contrast", \.contrast, .number(.fraction), "Differences from the mean are scaled by a random 1 ± this."
    ),
    .init(
      "brightness", \.brightness, .number(.from(0, to: 100)),
      "At most ± this times the image's standard deviation is added."),
  ])
}
