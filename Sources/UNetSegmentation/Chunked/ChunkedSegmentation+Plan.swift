import UNetFiles
import UNetImages
import UNetPrediction
import UNetRuntime

extension ChunkedSegmentation {
  static func uneven(_ file: SegmentationInputs.File) -> DataError {
    DataError(file.path, "has pages of several sizes: choose pictures, or cut it", choices: ["format"])
  }

  /// The side of chunks: a multiple of the step of tiles, so that no tile lies in two of them, and of the 16 pixels that tiles of TIFF
  /// want.
  static func side(_ step: Int) -> Int {
    var least = step
    while least % 16 != 0 { least += step }
    return least * max(1, 1024 / least)
  }

  /// What is made of each chunk, instances last.
  static func contents(_ outputs: [SegmentationOutput], _ ensemble: Ensemble<B>) -> [ChunkedResult
    .Content]
  {
    let direct = outputs.filter { !$0.hasInstances }.map(ChunkedResult.Content.output)
    guard outputs.contains(where: \.hasInstances) else { return direct }
    let chances: [ChunkedResult.Content] =
      ensemble.options.instances.readsProbabilities ? [.foreground] : []
    return direct + [.classes] + chances + [.output(.instances)]
  }

  /// What decides the results, a line each with a word before it: of other facts they would be others.
  static func facts(
    _ file: SegmentationInputs.File, _ pages: PageFile, _ page: StoredPage, _ outputs: [SegmentationOutput],
    _ format: ResultFormat, _ ensemble: Ensemble<B>, side: Int, _ onlyTissue: Bool, _ view: SlideView
  ) throws -> String {
    let images = try file.files.map { "image \(try Files.sample($0))" }
    let models = try ensemble.models.map { "model \(try $0.identity())" }
    let seen = "part \(view.level.map { "level \($0)" } ?? "") \(page.place.map { "\($0)" } ?? "")"
    let words = outputs.map(\.rawValue).joined(separator: ",")
    let shape =
      "results of \(pages.count) pages, \(page.size), chunks of \(side), \(format.rawValue): \(words)\(onlyTissue ? ", of tissue" : "")"
    return (images + models + ["options \(ensemble.allOptions)", seen, shape]).joined(separator: "\n") + "\n"
  }
}
