import Foundation
import Testing
import UNetImages
import UNetTestSupport

/// An experiment on files that trains within a second: three synthetic pictures and a network of two levels.
struct TinyExperiment: Sendable {
  let folder: TemporaryFolder

  /// Writes the pictures and `experiment.yaml`.
  init(steps: Int = 20, checkpointEvery: Int = 1000) throws {
    folder = try TemporaryFolder()
    let made = try UnetCommand.run(
      "synthesize", "membranes", "--output", folder.path, "--count", "3", "--size", "64")
    try #require(made.status == 0, "\(made.messages)")
    try folder.write(
      """
      name: tiny
      data:
        images: images.tif
        labels: labels.tif
        kind: membranes
        hold-out: {pages: 2}
      network: {levels: 2, width: 4, dropout: 0.2}
      training: {tile: 60, steps: \(steps), rate: 0.01, momentum: 0.9, checkpoint-every: \(checkpointEvery)}
      evaluation: {metrics: [pixel, iou, seg], every: 100000}

      """, "experiment.yaml")
  }

  var file: String { folder("experiment.yaml") }
  var run: String { folder("run") }
  var model: String { folder("run/model.safetensors") }

  /// Trained once, for every test that needs a model.
  static let trained = Result {
    let tiny = try TinyExperiment()
    let outcome = try UnetCommand.run("train", tiny.file, "--output", tiny.run, "--device", "cpu")
    try #require(outcome.status == 0, "\(outcome.messages)")
    return tiny
  }

  /// The same of cells that have numbers.
  static let trainedOnInstances = Result {
    let tiny = try TinyExperiment()
    let made = try UnetCommand.run(
      "synthesize", "cells", "--output", tiny.folder.path, "--count", "3", "--size", "64", "--overwrite")
    try #require(made.status == 0, "\(made.messages)")
    let outcome = try UnetCommand.run(
      "train", tiny.file, "--output", tiny.run, "--device", "cpu", "--set", "data.kind=instances")
    try #require(outcome.status == 0, "\(outcome.messages)")
    return tiny
  }

  /// The same of three classes, drawn pixel by pixel.
  static let trainedOnThreeClasses = Result {
    let tiny = try TinyExperiment()
    let labels = (0..<3).map { (page: UInt64) in
      let image = noise(64, 64, seed: page)
      return Image(height: 64, width: 64, format: .uint8, pixels: image.pixels.map { Float(Int($0) % 3) })
    }
    try tiny.folder.write(labels, "labels.tif")
    let outcome = try UnetCommand.run(
      "train", tiny.file, "--output", tiny.run, "--device", "cpu", "--set", "data.kind=classes", "--set",
      "network.classes=3")
    try #require(outcome.status == 0, "\(outcome.messages)")
    return tiny
  }
}

/// Expects that a command ended with `status` and one error, its last line, in which every one of `words` stands.
func expectError(
  _ outcome: UnetCommand.Outcome, status: Int32, naming words: [String],
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(outcome.status == status, "\(outcome.messages)", sourceLocation: sourceLocation)
  #expect(outcome.errors.count == 1, "\(outcome.messages)", sourceLocation: sourceLocation)
  let last = outcome.messages.split(separator: "\n").last ?? ""
  #expect(last.hasPrefix("error: "), "\(outcome.messages)", sourceLocation: sourceLocation)
  for word in words {
    #expect(last.contains(word), "'\(word)' is missing in: \(last)", sourceLocation: sourceLocation)
  }
}

/// The same for words one by one.
func expectError(
  _ outcome: UnetCommand.Outcome, status: Int32, naming words: String...,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  expectError(outcome, status: status, naming: words, sourceLocation: sourceLocation)
}
