import UNetData
import UNetEvaluation
import UNetImages
import UNetTestSupport

/// Tests of truth and prediction in files.
protocol PredictionFiles {
  var folder: TemporaryFolder { get }
}

extension PredictionFiles {
  /// Two stripes of cells of 4 x 5 pixels on 20 x 31, four each.
  func cells(_ format: Image.Format = .uint8, _ value: (Int) -> Float = { Float($0) }) -> Image {
    grey(20, 31, format) { at in
      let (y, x) = (at / 31, at % 31)
      return y % 10 < 5 && x % 8 < 4 ? value(1 + x / 8 + 4 * (y / 10)) : 0
    }
  }

  func evaluation(
    _ truth: [Image], _ prediction: [Image], kind: LabelKind? = nil, as predictionKind: PredictionKind? = nil,
    name: String = "prediction.tif"
  ) throws -> FileEvaluation {
    try FileEvaluation(
      truth: folder.write(truth, "truth.tif"), prediction: folder.write(prediction, name), kind: kind,
      predictionKind: predictionKind)
  }

  func reading(
    _ truth: Image, _ prediction: Image, kind: LabelKind? = nil, as predictionKind: PredictionKind? = nil
  ) throws -> String {
    try evaluation([truth], [prediction], kind: kind, as: predictionKind).judged.prediction.kind
  }

  func complaint(
    _ truth: Image, _ prediction: Image, kind: LabelKind? = nil, as predictionKind: PredictionKind? = nil,
    name: String = "prediction.tif"
  ) throws -> (text: String, choices: [String]) {
    do {
      _ = try evaluation([truth], [prediction], kind: kind, as: predictionKind, name: name)
      return ("", [])
    } catch let error as DataError {
      return ("\(error)".replacingOccurrences(of: folder.path + "/", with: ""), error.choices)
    }
  }
}

extension FileEvaluation {
  /// What is odd.
  var notes: [String] { get throws { try judgement([.iou]).notes } }
}
