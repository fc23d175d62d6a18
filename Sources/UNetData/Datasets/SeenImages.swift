import UNetImages
import UNetNumerics

/// What a network's training images have in common, as its model notes it, so that others can be told from them.
package struct SeenImages: Sendable, Equatable {
  /// Micrometres a pixel; nil where they do not all say the same.
  package private(set) var pixelSize: Double?
  /// The greatest of their grey values' spread (`GreySpread`); nil where it is not known.
  package private(set) var reach: Double?, roughness: Double?

  /// Nothing known.
  package init() {}

  /// What a model notes.
  package init(_ strings: [String: String]) {
    func number(_ key: String) -> Double? {
      strings["training.\(key)"].flatMap(Double.init).flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
    }
    (pixelSize, reach, roughness) = (number("pixel-size"), number("reach"), number("roughness"))
  }

  init(_ pages: [LabelledPage]) {
    let spreads = concurrentMap(pages) { GreySpread($0.image) }.compactMap(\.self)
    (reach, roughness) = (spreads.map(\.reach).max(), spreads.map(\.roughness).max())
    let sizes = pages.map(\.pixelSize)
    if let first = sizes.first ?? nil, sizes.allSatisfy({ $0.map { abs($0 / first - 1) < 0.01 } ?? false }) {
      pixelSize = first
    }
  }

  /// As a model's metadata note it.
  package var strings: [String: String] {
    ["training.pixel-size": pixelSize, "training.reach": reach, "training.roughness": roughness]
      .compactMapValues { $0.map { "\(Float($0))" } }
  }
}

extension Dataset {
  /// What the pages of these places have in common.
  package func seen(_ chosen: [Int]) -> SeenImages { SeenImages(chosen.map { pages[$0] }) }
}
