import Foundation
import Testing
import UNetData
import UNetImages

/// Weights move with the labels; the other way is to compute the map anew from the moved labels.
@Suite("Weights of deformed samples")
struct MovedWeightsTests {
  @Test("moved weights are near the map of the moved labels", arguments: [LabelKind.membranes, .instances])
  func moved(kind: LabelKind) throws {
    let options = WeightMapOptions(classBalance: false)
    // What lies farther than this beyond the tile changes no weight within.
    let (output, margin) = (196, 33)
    let page = try page(kind)
    let weighed = try sampler(page, output: output + 2 * margin, weights: options)
    let ids = try #require(page.annotation.instances)
    let numbered = Frame(
      name: "ids", file: "ids", page: 0, image: page.image,
      annotation: Annotation(
        height: page.image.height, width: page.image.width, classes: ids, instances: nil))
    let counted = try sampler(numbered, output: output + 2 * margin, weights: options)
    var (difference, sum) = (0.0, 0.0)
    for step in 0..<10 {
      let side = output + 2 * margin
      let moved = weighed.sample(step: step).weights.elements
      let cells = counted.sample(step: step).labels.elements.map { Int32($0) }
      let annotation = Annotation(
        height: side, width: side, classes: cells.map { min($0, 1) }, instances: cells)
      let anew = weightMap(annotation, options)
      for y in margin..<margin + output {
        for x in margin..<margin + output {
          let (a, b) = (Double(moved[y * side + x]) - 1, Double(anew[y * side + x]) - 1)
          difference += abs(a - b)
          sum += b
        }
      }
    }
    #expect(sum > 0 && difference < 0.15 * sum, "\(100 * difference / sum) % of the border term")
  }

  private func page(_ kind: LabelKind) throws -> Frame {
    let made =
      kind == .membranes
      ? Synthetic.membranes(size: 512, seed: 1)
      : (Synthetic.cells(size: 512, seed: 1).image, Synthetic.cells(size: 512, seed: 1).instances)
    let annotation = try Annotation(LabelImage(made.1), .init(kind), file: "a")
    return Frame(name: "a", file: "a", page: 0, image: made.0, annotation: annotation)
  }

  private func sampler(_ frame: Frame, output: Int, weights: WeightMapOptions) throws -> Sampler {
    try Sampler(
      frames: [PreparedFrame(frame, normalisation: .meanDeviation, weights: weights)], input: 380,
      output: output, seed: 1, options: AugmentationOptions(rotation: 180, elastic: .init()))
  }
}
