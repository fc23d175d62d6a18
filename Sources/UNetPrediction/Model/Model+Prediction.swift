import UNetData

// How a model is used, as strings of its metadata.  Models of earlier versions lack what is later than they: no
// averaging, scale 1, and instances that are the regions above the threshold.

extension ImagePipeline {
  /// The strings of a model's metadata.
  var metadata: [String: String] {
    [
      "normalisation": normalisation.rawValue, "scale": "\(scale)",
      "rotations": "\(averaging.rotations)", "flips": "\(averaging.flips)",
    ]
  }

  init(_ fields: ModelFields) throws {
    self.init(
      normalisation: try fields.choice("normalisation"), scale: try fields.positive("scale", absent: 1),
      averaging: TestTimeAugmentation(
        rotations: try fields.number("rotations", TestTimeAugmentation.allowed, absent: 1),
        flips: try fields.flag("flips") ?? false))
  }
}

extension InstanceOptions {
  /// The strings of a model's metadata.
  var metadata: [String: String] {
    ["smallest-area": "\(smallestArea)", "grow": "\(grow)", "fill-holes": "\(fillHoles)"]
  }

  init(_ fields: ModelFields) throws {
    self.init(
      smallestArea: try fields.number("smallest-area", 0...Int.max, absent: 0),
      grow: try fields.number("grow", 0...InstanceOptions.largestGrow, absent: 0),
      fillHoles: try fields.flag("fill-holes") ?? false)
  }
}
