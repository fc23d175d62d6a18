import UNetFiles
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

  /// The pixels of the pages of these places.
  package func pixels(_ chosen: [Int]) -> Int {
    chosen.reduce(0) { $0 + pages[$1].labels.height * pages[$1].labels.width }
  }

  /// A note where the sizes of pixels that the pages of these places state differ by more than a fifth.
  package func pixelSizeNote(_ chosen: [Int]) -> String? {
    let known = chosen.map { pages[$0] }.compactMap { page in page.pixelSize.map { (page.file, $0) } }
    guard let least = known.min(by: { $0.1 < $1.1 }), let most = known.max(by: { $0.1 < $1.1 }),
      most.1 > 1.2 * least.1
    else { return nil }
    let (fine, coarse) = (Float(least.1), Float(most.1))
    return
      "pixels are \(fine) µm in \(Path.name(least.0)) and \(coarse) µm in \(Path.name(most.0)): objects of one kind should have "
      + "one size in pixels; bring the images to one size of pixel before"
  }
}
