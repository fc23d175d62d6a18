import UNetFiles
import UNetImages
import UNetPrediction
import UNetRuntime
import UNetWork

/// Files of images being segmented with a trained model: files in, `Segmenter`, files out.
package struct Segmentation {
  /// The network and its weights.
  package let model: Model
  /// The images.
  package let inputs: SegmentationInputs
  private let folder: String
  private let outputs: [SegmentationOutput]
  private let options: SegmentationOptions

  /// A segmentation of `inputs` that leaves `outputs` in `folder`; the options are the model's unless given.
  /// - Throws: `SegmentationError` where the options do not fit the model; `DataError` where an image's name has no
  ///   number for its mask; `OutputError` where a result is there and not to be overwritten.
  package init(
    _ model: Model, inputs: SegmentationInputs, folder: String, outputs: [SegmentationOutput],
    options: SegmentationOptions? = nil, overwrite: Bool = false
  ) throws {
    (self.model, self.inputs, self.folder, self.outputs) = (model, inputs, folder, outputs)
    var options = options ?? SegmentationOptions(model)
    options.logits = outputs.contains(.logits)
    self.options = options
    try options.check(model)
    if outputs.contains(.masks) { try inputs.checkMasks() }
    try Outputs(overwrite: overwrite).check(inputs.results(outputs, in: folder))
  }

  /// What a segmentation tells while it works.
  package enum Progress: Equatable, Sendable {
    /// So many pages of a file are segmented.
    case pages(Int, of: Int, file: String)
    /// A result is complete, at this path.
    case written(String)
  }

  /// Segments one image after the other, and tells of each page and each result.  The network is loaded once.
  ///
  /// It ends before the next page where the observer says so.
  /// - Throws: `DataError` and `FileError` that name the image or the result; `Interrupted`; the backend's errors.
  package func run<B: Backend>(on backend: B, observer: WorkObserver<Progress> = .init()) throws {
    let segmenter = try Segmenter(model, options: options, on: backend)
    try Files.makeFolder(folder)
    for file in inputs.files {
      // Last page first, so that each is dropped when it has been segmented.
      var images = Array(try ImageSequence.pages(of: file).reversed())
      let count = images.count
      guard count == 1 || !outputs.contains(.masks) else {
        throw DataError(
          file,
          "has \(count) pages, but a mask is of one image: give a file for each image, or leave out masks")
      }
      var pages: [SegmentedPage] = []
      while let page = images.popLast() {
        guard !observer.isCancelled() else {
          throw Interrupted("interrupted before \(page.file), page \(page.number)")
        }
        pages.append(try segment(page, with: segmenter))
        observer.report(.pages(pages.count, of: count, file: file))
      }
      for output in outputs {
        let path = output.file(of: Path.stem(file), in: folder, pages: count)
        try ImageFile.write(
          try pages.flatMap { try $0.pages(output) }, to: path, compression: output.compression)
        observer.report(.written(path))
      }
    }
  }

  private func segment<B: Backend>(_ page: Page<Image>, with segmenter: Segmenter<B>) throws -> SegmentedPage
  {
    do {
      return try SegmentedPage(
        page, segmenter.segment(page.image), isShown: outputs.contains(.overlay))
    } catch let error as SegmentationError {
      throw DataError(page.file, error.problem)
    }
  }
}
