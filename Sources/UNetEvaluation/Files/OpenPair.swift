import UNetData
import UNetImages
import UNetNumerics

/// The files of an image's truth and of what was predicted of it, whose pages are read when they are asked for.
struct OpenPair {
  /// The first of their files, for complaints.
  let truthFile: String, predictionFile: String
  /// The number of images.
  let count: Int
  private let truth: PageFile
  /// The objects of a folder of masks, an object each, as labels.
  private let objects: LabelImage?
  private let predictions: [PageFile]
  /// The pages of a prediction for each image: one, or one for each class.
  private let pagesOfImage: Int

  /// Opens the files of a pair.
  /// - Throws: `DataError` where there are not as many pages for each image; errors of reading.
  init(_ pair: FilePair) throws {
    (truthFile, predictionFile) = (pair.labels[0], pair.images[0])
    objects = pair.labels.count > 1 ? try pair.objects().labels[0] : nil
    truth = try PageFile(truthFile)
    predictions = try pair.images.map { try PageFile($0) }
    PageFile.matchPlanes(of: predictions, to: truth)
    count = truth.count
    let pages = predictions[0].count
    pagesOfImage = max(1, pages / max(1, count))
    guard pages == count * pagesOfImage, predictions.allSatisfy({ $0.count == pages }) else {
      throw otherCount
    }
  }

  /// A page of the truth and what is predicted of it.
  /// - Throws: `DataError` where they differ in size; errors of reading.
  func page(_ number: Int) throws -> (truth: LabelImage, prediction: PredictedImage) {
    let labels = try objects ?? trueLabels(number)
    let pages = try predictions.flatMap { file in
      try (0..<pagesOfImage).map { part in
        let page = number * pagesOfImage + part
        return (stored: try file.page(page), file: file.path, number: page)
      }
    }
    for (page, _, _) in pages where (page.height, page.width) != (labels.height, labels.width) {
      throw DataError(
        truthFile,
        "is \(labels.height)×\(labels.width) in page \(number), \(predictionFile) \(page.height)×\(page.width): "
          + "give truth and prediction of one size")
    }
    let prediction = try PredictedImage(pages)
    guard pagesOfImage == 1 || prediction.isDistribution else { throw otherCount }
    return (labels, prediction)
  }

  private func trueLabels(_ number: Int) throws -> LabelImage {
    do {
      return try truth.page(number).labels(of: truthFile, page: number)
    } catch let error as DataError {
      throw error.asking(ifSwapped: FileEvaluation.sides, predictionFile, page: number)
    }
  }

  private var otherCount: DataError {
    DataError(
      predictionFile,
      "has \(counted(predictions[0].count, "page")), \(truthFile) \(counted(count, "page")): give one page for each image, or for each class of "
        + "each image its probability, which add up to 1")
  }
}

extension [FilePair] {
  /// Every page of the truth and what is predicted of it, with the files and the page's number in them.
  /// - Throws: errors of reading, and what `body` throws.
  func forEachPage(
    _ body: (OpenPair, _ number: Int, _ truth: LabelImage, _ prediction: PredictedImage) throws -> Void
  ) throws {
    for pair in self {
      let opened = try OpenPair(pair)
      for number in 0..<opened.count {
        let (truth, prediction) = try opened.page(number)
        try body(opened, number, truth, prediction)
      }
    }
  }
}
