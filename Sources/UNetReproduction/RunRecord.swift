import Foundation
import UNetExperiments
import UNetFiles

/// What a finished training of a table leaves beside its model: `record.json`.
struct RunRecord: Codable, Equatable {
  /// The hash of what decided the weights (`Experiment.hashOfWeights`).
  var experiment: String
  /// The SHA-256 of weights and momentum.
  var state: String
  /// Steps, and the seconds that they and the evaluations between them took.
  var steps: Int
  var seconds: Double
  /// The SHA-256 of the model's file, and of the predictions' files by their keys; `nil` in records of earlier versions.
  var model: String?
  var predictions: [String: String]?
  /// Seconds to predict a picture of 512² pixels, by the prediction's key (`HeldOutPrediction.key`).
  var predictionSeconds: [String: Double] = [:]
  /// Where it ran, and at which commit of the source (`Provenance.commit`).
  var device: String
  var commit: String?
  /// What it was trained and evaluated on (`TrainingData.identity`); `nil` in records of earlier versions.
  var images: String?
  /// Why there is no model, of a training that diverged.
  var failure: String?

  /// The record at `path`; `nil` where there is none, or it belongs to another experiment.
  static func read(_ path: String, of experiment: Experiment) -> RunRecord? {
    guard let bytes = try? FileReader.bytes(of: path),
      let record = try? JSONDecoder().decode(RunRecord.self, from: Data(bytes)),
      record.experiment == experiment.hashOfWeights
    else { return nil }
    return record
  }

  /// Whether the predictions are there as they were written.
  func has(_ held: HeldOutPrediction) -> Bool {
    guard predictionSeconds[held.key] != nil, Files.exists(held.file) else { return false }
    guard let predictions else { return true }
    return (try? Digest.sha256(ofFile: held.file)) == predictions[held.key]
  }

  /// - Throws: `FileError`.
  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try AtomicFile.write(String(decoding: try encoder.encode(self), as: UTF8.self) + "\n", to: path)
  }
}
