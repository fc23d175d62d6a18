import UNetNumerics

/// The outlines of cells in a cut: a power diagram, in which some sites swallow their neighbours, so that cells differ
/// in size and meet in straight borders.
struct Profiles {
  private let sites: Sites
  /// What makes a site's region large or small, pixels².
  private let power: [Float]

  init(_ sites: Sites, _ stream: RandomStream) {
    self.sites = sites
    power = sites.all.map { site in
      let draw = Float(stream.uniform(step: 3, index: site.number))
      return 1300 * draw * draw * draw
    }
  }

  /// The site in whose region a point `(y, x)` lies, its distance to the nearest border with another cell, and the
  /// unit normal of that border.
  func place(_ point: SIMD2<Float>) -> (site: Int, depth: Float, normal: SIMD2<Float>) {
    var nearest = sites.all[0]
    var least = Float.infinity
    sites.near(point.x, point.y) { site in
      let distance = excess(site, point)
      if distance < least { (least, nearest) = (distance, site) }
    }
    var depth = Float.infinity
    var normal = SIMD2<Float>(1, 0)
    sites.near(point.x, point.y) { site in
      guard site.number != nearest.number else { return }
      let apart = SIMD2(site.y - nearest.y, site.x - nearest.x)
      let length = (apart * apart).sum().squareRoot()
      let distance = (excess(site, point) - least) / (2 * length)
      if distance < depth { (depth, normal) = (distance, apart / length) }
    }
    return (nearest.number, depth, normal)
  }

  /// The power distance.
  private func excess(_ site: Sites.Site, _ point: SIMD2<Float>) -> Float {
    let (dy, dx) = (site.y - point.x, site.x - point.y)
    return dy * dy + dx * dx - power[site.number]
  }
}
