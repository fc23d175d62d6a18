import UNetFiles

// What is read of an image of several levels.
extension OMEZarr {
  /// Chooses a part in pixels of the largest level, of which this is the shape.
  func choose(_ view: SlideView, _ largest: [Int], _ first: ZarrJSON.Multiscale.Dataset?) throws {
    guard view.level ?? 0 > 0 || view.region != nil else { return }
    func size(_ axis: String) -> Int { axes.firstIndex(of: axis).map { largest[$0] } ?? 1 }
    guard largest.count == axes.count, size("x") >= width, size("y") >= height, width > 0, height > 0 else {
      throw DataError(path, "has a level that is larger than its first: check it", choices: ["level"])
    }
    let scales = [level, first].map { scale($0?.coordinateTransformations)?[axes.firstIndex(of: "x") ?? 0] }
    var factor = max(1, Double(max(size("x"), size("y"))) / Double(max(width, height)))
    if let own = scales[0], let whole = scales[1], whole > 0, own >= whole, (own / whole).isFinite {
      factor = own / whole
    }
    let level = PyramidLevel(
      height: height, width: width, largest: (height: size("y"), width: size("x")), factor: factor)
    part = try level.pixels(view.region, path)
    place = level.place(of: part)
  }

  /// The rows and columns of each level, the largest first.
  func levels() throws -> [(height: Int, width: Int)] {
    let all = ZarrArray.isArray(path) ? [] : attributes?.multiscale?.datasets ?? []
    guard all.count > 1 else { return [(height, width)] }
    return try all.indices.map { number in
      let level = try OMEZarr(path, nil, SlideView(level: number))
      return (level.height, level.width)
    }
  }
}
