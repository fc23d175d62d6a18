import Foundation
import Testing
import UNetData
import UNetEvaluation

/// The figures that the challenge's own software printed for a proposal made from real labels.
private let golden = RealData("metrics-golden")

@Test(
  .enabled(if: golden.isPresent, "\(golden.reason)"),
  arguments: [
    ("truth.tif", "proposal.tif", "golden-3slices-512.txt"),
    ("truth_small.tif", "proposal_small.tif", "golden-small-128.txt"),
  ])
func pixelErrorEqualsTheChallengesToNineDecimals(truth: String, proposal: String, printed: String) throws {
  let lines = try String(contentsOfFile: golden.path(printed), encoding: .utf8).split(separator: "\n")
  let expected = lines.filter { $0.hasPrefix("th=") }
  var sweep = ThresholdSweep()
  var evaluator = Evaluator([.pixel], truthIsInstances: false)
  for (truth, proposal) in try zip(pages(truth), pages(proposal)) {
    let labels = truth.pixels.map { Int32($0) }
    let probabilities = proposal.pixels.map { $0 / 255 }
    sweep.add(truth: labels, probabilities: probabilities)
    evaluator.add(
      try ComparedFrame(
        width: truth.width, height: truth.height, truth: labels, probabilities: probabilities))
  }
  try #require(expected.count == sweep.counts.count)
  for (counts, line) in zip(sweep.counts, expected) {
    #expect(nineDecimals(counts.misclassificationRate) == value(of: "pixelError=", in: line))
    #expect(nineDecimals(counts.fScore) == value(of: "pixelF=", in: line))
  }
  let best = try #require(lines.first { $0.hasPrefix("MAX") })
  let error = try #require(evaluator.evaluation[.pixelError])
  #expect(nineDecimals(1 - error) == value(of: "pixelError=1-", in: best))
}

private func pages(_ name: String) throws -> [Image] { try ImageFile.read(golden.path(name)) }

private func nineDecimals(_ value: Double) -> String { String(format: "%.9f", value) }

/// The text between `name` and the next blank.
private func value(of name: String, in line: Substring) -> String {
  guard let range = line.range(of: name) else { return "\(name) is missing" }
  return String(line[range.upperBound...].prefix { $0 != " " })
}

/// A folder of the real data, found by UNET_DATA or beside the package.
struct RealData {
  let folder: String

  init(_ name: String) {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let root =
      ProcessInfo.processInfo.environment["UNET_DATA"]
      ?? package.deletingLastPathComponent().appendingPathComponent("shared/data").path
    folder = root + "/" + name
  }

  var isPresent: Bool { FileManager.default.fileExists(atPath: folder) }
  var reason: String { "\(folder) is absent: set UNET_DATA to the data root" }
  func path(_ file: String) -> String { folder + "/" + file }
}
