import UNetConfiguration
import UNetData
import UNetExperiments
import UNetNetworks

/// An experiment for some images, a device and a time, with a reason for each value.
package struct TrainingPlan: Sendable {
  let facts: DataFacts
  /// The name of the run; images and labels as the experiment names them.
  let name: String, images: String, labels: String
  /// Those of the set that judges.
  let judged: (images: String, labels: String)?
  /// Channels of the first level.
  var width: Int
  var steps: Int
  /// The lowest resolution that is considered, for 1 of the images.
  var leastScale = 0.25
  /// What was found out by trying, in words.
  var measured = ""

  /// A plan for these images; `path` gives the paths that an experiment has for those below their folder.
  package init(_ facts: DataFacts, name: String, path: (String) -> String) {
    (self.facts, self.name, width, steps) = (facts, name, 16, 1000)
    (images, labels) = (path(facts.set.images), path(facts.set.labels))
    judged = facts.other.map { (path($0.images), path($0.labels)) }
  }

  /// Cells of at most so many pixels across are seen whole by a network of five levels, and by one of four of half as many.
  private static let largestCell = 60.0

  /// Large cells are recognised at a lower resolution too, which is four times as fast; membranes are too thin for that.
  package var scale: Double {
    guard facts.kind == .instances, let diameter = facts.diameter else { return 1 }
    var scale = 1.0
    while diameter * scale > Self.largestCell, scale > leastScale, Double(facts.shortest) * scale >= 256 {
      scale /= 2
    }
    return scale
  }

  package var levels: Int {
    guard facts.kind == .instances, let diameter = facts.diameter else { return 5 }
    return diameter * scale <= Self.largestCell / 2 ? 4 : 5
  }

  private var network: Network { UNet(levels: levels, width: width) }

  /// A tile whose scores are of about 200 pixels a side, or of the whole image where that is smaller.
  var tile: Int {
    let margin = network.nearestTile(to: 572) - (network.output(of: network.nearestTile(to: 572)) ?? 0)
    let wanted = min(200, Int(Double(facts.longest) * scale))
    return network.nearestTile(to: max(wanted, 64) + margin)
  }

  /// A tile for segmenting: an image in one piece, if it is not too large.
  var segmentingTile: Int {
    let margin = tile - (network.output(of: tile) ?? 0)
    let side = Int((Double(facts.longest) * scale).rounded(.up))
    guard side <= 800 else { return network.nearestTile(to: 572) }
    let nearest = network.nearestTile(to: side + margin)
    return (network.output(of: nearest) ?? 0) < side ? network.nearestTiles(nearest).above : nearest
  }

  private var holdOut: (text: String, reason: String) {
    if let judged {
      return (
        "{images: \(judged.images.inYAML), labels: \(judged.labels.inYAML)}",
        "the other sequence, which the network never sees"
      )
    }
    let count = max(1, Int((0.2 * Double(facts.images)).rounded()))
    return (
      "{share: 0.2}",
      facts.isStack
        ? "the last \(count) pages, in one piece, since neighbours are alike"
        : "\(count) of \(facts.images) images: they choose the threshold, and tell how good the result is"
    )
  }

  /// Whether labels are a mask of things on a background, and not of cells that fill the image but for their borders.
  private var isMask: Bool { facts.kind == .membranes && facts.covered < 0.5 }

  private var metrics: String {
    switch facts.kind {
    case .membranes: isMask ? "[iou, seg, pq]" : "[vrand, vinfo, seg, iou]"
    case .instances: "[seg, iou, pq]"
    case .classes: "[dice, iou]"
    }
  }

  /// The experiment as YAML.
  package var yaml: String {
    var lines: [(String, String)] = [
      ("name: \(name.inYAML)", ""), ("data:", ""),
      ("  images: \(images.inYAML)", facts.imagesInWords), ("  labels: \(labels.inYAML)", facts.cellsInWords),
      ("  kind: \(facts.kind.rawValue)", facts.reason),
    ]
    if facts.border == .other {
      lines.append(("  border: other", "what is not 0 is the border: it encloses the rest"))
    }
    if scale != 1 {
      lines.append(
        (
          "  scale: \(scale)",
          "cells are large, and at \(scale == 0.5 ? "half" : "a quarter of") the resolution a step sees more of them"
        ))
    }
    if facts.images > 1 || judged != nil { lines.append(("  hold-out: \(holdOut.text)", holdOut.reason)) }
    let classes = facts.kind == .classes ? ", classes: \(facts.classes)" : ""
    lines += [
      ("network: {levels: \(levels), width: \(width), dropout: 0\(classes)}", measured),
      (
        facts.kind == .classes ? "loss: {w0: 0}" : "loss: {w0: 10, sigma: 5}",
        facts.kind == .classes
          ? "class balance alone: classes have no cells to part"
          : isMask
            ? "border weights part cells that are close, as in the paper; a mask cannot tell apart those that touch"
            : "border weights part cells that touch, as in the paper"
      ),
      ("augmentation:", "as in the paper, section 3.1"),
      ("  rotation: true", ""), ("  elastic: {grid: 3, deviation: \(tile < 200 ? 5 : 10)}", ""),
      ("  grey: {contrast: 0.1, brightness: 0.1}", ""),
      ("training:", ""),
      (
        "  tile: \(tile)",
        "pixels a side of what a step sees; it is scored on the middle \(network.output(of: tile) ?? 0)"
      ),
      (
        "  steps: \(steps)",
        steps < Self.mostSteps ? "as many as fit the time" : "twice the paper's; more bring little"
      ),
      ("  optimizer: adam", "comes as far as stochastic gradient descent in a third of the steps"),
      ("  rate: 0.001", "with schedule poly it falls to 0 at the last step"), ("  schedule: poly", ""),
      (
        "prediction: {tile: \(segmentingTile), rotations: 4, flips: true}",
        "the mean over the 8 symmetries of the square"
      ),
      ("evaluation: {metrics: \(metrics), every: \(max(1, steps / Self.evaluations))}", ""),
    ]
    let column = min(56, (lines.map(\.0.count).filter { $0 <= 56 }.max() ?? 0) + 2)
    return lines.map { line, reason in
      reason.isEmpty
        ? line : line + String(repeating: " ", count: max(2, column - line.count)) + "# \(reason)"
    }.joined(separator: "\n") + "\n"
  }

  /// More steps than these are never planned.
  static let mostSteps = 60_000

  /// How often held-out images are evaluated.
  static let evaluations = 5

  /// What the YAML says.
  /// - Throws: `ConfigurationError`.
  package func experiment() throws -> Experiment { try Experiment(yaml: yaml, file: "the plan") }
}

extension DataFacts {
  fileprivate var imagesInWords: String {
    let sides = shortest == longest ? "\(shortest)" : "\(shortest) to \(longest)"
    return
      "\(images) \(images == 1 ? "image" : "images"), \(sides) pixels a side, \(channels == 1 ? "grey" : "\(channels) channels")"
  }

  fileprivate var cellsInWords: String {
    guard let diameter else { return kind == .classes ? "\(classes) classes" : "" }
    return "\(cells) cells, the median as large as a circle of \(Int(diameter.rounded())) pixels across"
  }
}

extension String {
  /// In quotes where YAML needs them.
  fileprivate var inYAML: String {
    isPlainYAML ? self : "\"\(replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
  }

  private var isPlainYAML: Bool {
    !isEmpty && allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_./-".contains($0)) }
      && first.map { $0.isLetter || $0 == "/" } == true
      && !["true", "false", "null", "yes", "no", "on", "off", "none"].contains(lowercased())
      || self == "."
  }
}
