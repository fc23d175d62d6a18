import UNetFiles
import UNetImages
import UNetPrediction
import UNetRuntime
import UNetWork

/// Files of images being segmented with trained models: files in, `Ensemble`, files out.
package struct Segmentation {
  private let models: [Model]
  private let inputs: SegmentationInputs
  private let folder: String
  private let outputs: [SegmentationOutput]
  private let options: [SegmentationOptions]

  /// A segmentation of `inputs` that leaves `outputs` in `folder`; of several models by the mean of their probabilities.
  /// The options are the models' unless given, one for each; threshold and instances are those of the first.
  /// - Throws: `SegmentationError` where the options do not fit the models; `DataError` where an image's name has no
  ///   number for its mask; `OutputError` where a result is there and not to be overwritten.
  package init(
    _ models: [Model], inputs: SegmentationInputs, folder: String, outputs: [SegmentationOutput],
    options: [SegmentationOptions]? = nil, overwrite: Bool = false
  ) throws {
    (self.models, self.inputs, self.folder, self.outputs) = (models, inputs, folder, outputs)
    self.options = (options ?? models.map { SegmentationOptions($0) }).map { options in
      var options = options
      options.logits = outputs.contains(.logits)
      return options
    }
    try SegmentationOptions.check(self.options, of: models)
    if outputs.contains(.masks) { try inputs.checkMasks() }
    try Outputs(overwrite: overwrite).check(inputs.results(outputs, in: folder))
  }

  /// What a segmentation tells while it works.
  package enum Progress: Sendable {
    /// So much of a page of a file is segmented, from 0 to 1; pages are counted from 0.
    case tiles(Double, page: Int, of: Int, file: String)
    /// A result is complete, at this path.
    case written(String)
    /// A file cannot be segmented, which the error names; the others go on.
    case failed(any Error)
  }

  /// Segments one image after the other, and tells of each page and each result.  The network is loaded once.
  ///
  /// It ends after the next tile where the observer says so.  Of a file that is not done it leaves nothing.
  /// - Throws: `DataError` and `FileError` that name the image or the result; where there are several images,
  ///   `SegmentationFailures` after the last where some could not be segmented; `Interrupted`; the backend's errors.
  package func run<B: Backend>(on backend: B, observer: WorkObserver<Progress> = .init()) throws {
    for note in inputs.notes { observer.logger.warning("\(note)") }
    let ensemble = try Ensemble(models, options: options, on: backend)
    try Files.makeFolder(folder)
    var (failed, counts, extremes) = (0, ClassCounts(), ImagesWithExtremes(models))
    for file in inputs.files {
      do { try segment(file, with: ensemble, &counts, &extremes, observer) } catch {
        guard inputs.files.count > 1, isOfOneImage(error) else { throw error }
        failed += 1
        observer.report(.failed(error))
      }
    }
    for note in [extremes.note, counts.note(threshold: ensemble.options.threshold)].compactMap(\.self) {
      observer.logger.warning("\(note)")
    }
    guard failed == 0 else { throw SegmentationFailures(count: failed, total: inputs.files.count) }
  }

  private func segment<B: Backend>(
    _ file: SegmentationInputs.File, with ensemble: Ensemble<B>, _ counts: inout ClassCounts,
    _ extremes: inout ImagesWithExtremes, _ observer: WorkObserver<Progress>
  ) throws {
    let pages = try PageFile(file.path)
    guard pages.count == 1 || !outputs.contains(.masks) else {
      throw DataError(
        file.path,
        "has \(pages.count) pages, but a mask is of one image: give a file for each image, or leave out masks"
      )
    }
    var results: PageResults?
    for number in 0..<pages.count {
      let page = try pages.page(number)
      let watched: TileObserver = { share in
        guard !observer.isCancelled() else {
          throw Interrupted("interrupted within \(file.path), page \(number)")
        }
        observer.report(.tiles(share, page: number, of: pages.count, file: file.path))
      }
      try watched(0)
      extremes.look(at: page.rows, of: file.path)
      do {
        let bands = try ensemble.bands(of: page.rows, observer: watched)
        let made =
          try results
          ?? PageResults(
            outputs, of: file, in: folder, pages: pages, like: page, ensemble.classes, ensemble.options)
        results = made
        try made.write(page, number, bands, &counts)
      } catch let error as SegmentationError {
        throw DataError(file.path, error.problem)
      }
    }
    for path in try results?.close() ?? [] { observer.report(.written(path)) }
  }
}

/// Images of which some could not be segmented; which, and why, was told when it was found.
package struct SegmentationFailures: Error, CustomStringConvertible {
  /// How many, of how many.
  package let count: Int, total: Int

  /// One line.
  package var description: String {
    "\(count) of \(total) images could not be segmented; mend those named above, or leave them out"
  }
}

/// Whether an error says nothing about other images.
private func isOfOneImage(_ error: any Error) -> Bool {
  switch error {
  case is DataError: true
  case let error as FileError: error.action == .read
  default: false
  }
}
