import SwiftUNet

// The code of the article "Segment from your program" and of the README, which `ArticleTests` compares with the text
// there.

/// The README's example in memory.
func segment(
  _ grey: [Float], height: Int, width: Int, model: String
) throws -> (probabilities: [Float], ids: [Int32], count: Int) {
  let segmenter = try Segmenter(Model.read(model), on: DeviceRegistry().open())
  let prediction = try segmenter.segment(Tensor(shape: [height, width, 1], elements: grey))
  let probabilities = prediction.foreground
  let (ids, count) = prediction.instances()
  return (probabilities, ids, count)
}

/// The article's files, used in a way of one's own.
func segmentFile(_ path: String, model file: String, on device: AnyBackend, to result: String) throws {
  let model = try Model.read(file)
  var options = SegmentationOptions(model)
  options.averaging = TestTimeAugmentation(rotations: 4, flips: true)
  options.instances = InstanceOptions(smallestArea: 20, fillHoles: true)
  let segmenter = try Segmenter(model, options: options, on: device)
  let results = try ImageFile.read(path).map { image in
    let ids = try segmenter.segment(image).instances().ids
    return Image(height: image.height, width: image.width, format: .uint16, pixels: ids.map(Float.init))
  }
  try ImageFile.write(results, to: result)
}

/// The article's comparison with the truth.
func evaluate(
  _ predictions: [(probabilities: [Float], truth: [Int32])], height: Int, width: Int
) throws -> (evaluation: Evaluation, seg: Double?) {
  var evaluator = Evaluator([.iou, .seg, .dice], kind: .instances)
  for (probabilities, truth) in predictions {
    evaluator.add(
      try ComparedFrame(width: width, height: height, truth: truth, probabilities: probabilities))
  }
  print(evaluator.evaluation.table, terminator: "")
  let seg = evaluator.evaluation["seg"]
  return (evaluator.evaluation, seg)
}
