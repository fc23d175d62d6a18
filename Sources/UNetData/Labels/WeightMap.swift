import UNetImages
import UNetNumerics
import UNetOptions

/// How pixels are weighted (section 3, equation 2); `options` says what each value is, the defaults are the paper's.
package struct WeightMapOptions: Sendable, Equatable {
  package var w0: Double, sigma: Double
  package var classBalance: Bool
  package var gap: Int

  /// The paper's values.
  package init(w0: Double = 10, sigma: Double = 5, classBalance: Bool = true, gap: Int = 1) {
    (self.w0, self.sigma) = (w0, sigma)
    (self.classBalance, self.gap) = (classBalance, gap)
  }

  package static let options = OptionTable<WeightMapOptions>([
    .init(
      "w0", \.w0, .number(.from(0, to: 1_000_000)),
      "Weight of the border between touching cells (equation 2); 0 turns it off."),
    .init(
      "sigma", \.sigma, .number(.aboveZero(to: 1000)), "Reach of the border's weight, in pixels (equation 2)."
    ),
    .init("class-balance", \.classBalance, .flag, "Whether pixels of rare classes count more."),
    .init(
      "gap", \.gap, .integer(.from(0, to: 100)),
      "Pixels of background put between touching instances before training."),
  ])

  /// The d1 + d2 from which on the second term is below 1e-8, and is left out: less than Float32 can add to 1.
  package var reach: Double {
    w0 > 1e-8 ? sigma * (2 * portableLog(w0 / 1e-8)).squareRoot() : 0
  }
}

/// w = w_c + w0 exp(-(d1 + d2)² / 2σ²) for every pixel `[H, W]` (section 3, equation 2).
///
/// - d1, d2: Euclidean distances from the pixel's centre to the nearest pixel of the nearest cell, and of the
///   second nearest.  The second term is added on known background pixels alone; it is 0 with fewer than two cells
///   in reach, and for labels that are classes.
/// - w_c, with class balance: known pixels / (classes present * pixels of the class), so its mean over known pixels
///   is 1; at most `largestBalance`, lest a few pixels of a rare class outweigh the page.  Else 1.
/// - Unknown pixels weigh 0.
package func weightMap(_ annotation: Annotation, _ options: WeightMapOptions = WeightMapOptions()) -> [Float]
{
  precondition(options.sigma > 0 && options.w0 >= 0, "sigma \(options.sigma), w0 \(options.w0)")
  let balance = options.classBalance ? classBalance(annotation.classes) : []
  var weights = annotation.classes.map { c in c < 0 ? 0 : balance.isEmpty ? 1 : balance[Int(c)] }
  if let instances = annotation.instances, options.reach > 0 {
    let wanted = annotation.classes.map { $0 == 0 }
    let cells = NearestCells(
      instances, height: annotation.height, width: annotation.width, within: options.reach)
    cells.forEachPair(at: wanted) { pixel, d1, d2 in
      let d = d1 + d2
      weights[pixel] += options.w0 * portableExp(-(d * d) / (2 * options.sigma * options.sigma))
    }
  }
  return weights.map { Float($0) }
}

/// The largest weight that class balance gives.
package let largestBalance = 10.0

/// The weight of each class; classes below 0 are unknown.
private func classBalance(_ classes: [Int32]) -> [Double] {
  var counts = [Int](repeating: 0, count: Int(max(0, classes.max() ?? 0)) + 1)
  for c in classes where c >= 0 { counts[Int(c)] += 1 }
  let pixels = Double(counts.reduce(0, +))
  let present = Double(counts.filter { $0 > 0 }.count)
  return counts.map { $0 == 0 ? 0 : min(largestBalance, pixels / (present * Double($0))) }
}
