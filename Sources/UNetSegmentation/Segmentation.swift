import UNetData
import UNetFiles
import UNetImages
import UNetNumerics
import UNetPrediction
import UNetRuntime
import UNetWork

/// Files of images being segmented with trained models: files in, `Ensemble`, files out.
package struct Segmentation {
  let models: [Model]
  let inputs: SegmentationInputs
  private var notes: [String]
  let folder: String
  let outputs: [SegmentationOutput]
  let format: ResultFormat
  let view: SlideView
  /// Whether chunks without tissue are background, unseen.
  let onlyTissue: Bool
  private let options: [SegmentationOptions]
  let earlier: EarlierResults
  /// The processes that share the work; nil of one alone.
  let team: SegmentationTeam?

  /// A segmentation of `inputs` that leaves `outputs` in `folder`; of several models by the mean of their probabilities.
  /// The options are the models' unless given, one for each; the threshold is the mean of theirs, and instances are those of the first.
  ///
  /// Files that this program has not written, such as labels by hand, are never replaced.
  /// - Throws: `SegmentationError` where the options do not fit the models; `DataError` where an image's name has no
  ///   number for its mask, or another program's file is in the way; `OutputError` where a result is there and `earlier`
  ///   refuses that.
  package init(
    _ models: [Model], inputs: SegmentationInputs, folder: String, outputs: [SegmentationOutput],
    format: ResultFormat = .auto, options: [SegmentationOptions]? = nil, earlier: EarlierResults = .refused,
    view: SlideView = SlideView(), onlyTissue: Bool = false, team: SegmentationTeam? = nil
  ) throws {
    var view = view
    view.pixelSize = view.pixelSize ?? SeenImages(models[0].training).pixelSize
    (self.view, self.onlyTissue) = (view, onlyTissue)
    (self.models, self.folder, self.outputs, self.format) = (models, folder, outputs, format)
    (self.earlier, self.team) = (earlier, team)
    for file in inputs.files { ChunkedWork.sweep(file.name, in: folder) }
    self.inputs = earlier == .kept ? inputs.lacking(outputs, in: folder, format) : inputs
    let done = inputs.files.count - self.inputs.files.count
    notes =
      inputs.notes + (done > 0 ? ["\(done) of \(inputs.files.count) images have their results already"] : [])
    self.options = (options ?? models.map { SegmentationOptions($0) }).map { options in
      var options = options
      options.logits = outputs.contains(.logits)
      return options
    }
    let needsThreshold = outputs.contains(.masks) || outputs.contains(.overlay)
    if models[0].network.classes > 2, !needsThreshold, self.options[0].threshold != models[0].threshold {
      notes.append(
        "the threshold changes nothing that is written: of \(models[0].network.classes) classes a pixel has the most "
          + "probable one; masks and overlay alone ask for it")
    }
    try SegmentationOptions.check(self.options, of: models)
    if outputs.contains(.masks) { try inputs.checkMasks() }
    let results = self.inputs.results(outputs, in: folder, format)
    try Outputs(overwrite: earlier != .refused).check(
      self.inputs.files.flatMap { $0.freeResults(outputs, in: folder, format) })
    if earlier == .replaced { try Self.requireOwn(results) }
  }

  /// Makes sure that only whole files of this program are replaced.
  static func requireOwn(_ results: [String]) throws {
    guard let other = results.first(where: { Files.exists($0) && !SegmentationOutput.isOwn($0) }) else {
      return
    }
    throw DataError(
      other,
      "is damaged or was not written by this program, and would be replaced: move it or choose another place",
      choices: ["output"])
  }

  /// Digests of what is done, and of the images, by which processes make sure that they do the same.
  /// - Throws: the errors of where the weights lie.
  package func facts() throws -> (work: String, images: String) {
    let words =
      try models.map { try $0.identity() } + options.map { "\($0)" } + outputs.map(\.rawValue) + [
        format.rawValue, "\(earlier)", "\(view)", "\(onlyTissue)",
      ]
    let images = inputs.files.flatMap { $0.files + [$0.name] }
    return (
      Digest.sha256(words.joined(separator: "\n")), Digest.sha256(images.joined(separator: "\n"))
    )
  }

  /// What becomes of results that are there before a segmentation.
  package enum EarlierResults: Sendable {
    /// They are an error.
    case refused
    /// New ones take their places.
    case replaced
    /// Images that have all of theirs are left out; those of which one is another program's, or damaged, cannot be segmented.
    case kept
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
  /// It ends after the next tile where the observer says so.  Of a file that is not done it leaves nothing, but chunks.
  /// - Throws: `DataError` and `FileError` that name the image or the result; where there are several images,
  ///   `SegmentationFailures` after the last where some could not be segmented; `Interrupted`; the backend's errors.
  package func run<B: Backend>(on backend: B, observer: WorkObserver<Progress> = .init()) throws {
    for note in notes { observer.logger.warning("\(note)") }
    let ensemble = try Ensemble(models, options: options, on: backend)
    try Files.makeFolder(folder)
    var (failed, found) = (0, Findings(odd: OddImages(models)))
    let shared = try sharedImages()
    for (number, file) in inputs.files.enumerated() {
      do {
        try segment(file, number, isShared: shared?[number] ?? false, with: ensemble, &found, observer)
      } catch {
        guard inputs.files.count > 1, isOfOneImage(error) else { throw error }
        failed += 1
        observer.report(.failed(error))
      }
    }
    for note in found.odd.notes
      + [found.summary.note(threshold: ensemble.options.threshold)].compactMap(\.self)
    {
      observer.logger.warning("\(note)")
    }
    // Of a team each has counted its own share.
    if let objects = found.objects, found.isCounted, team == nil {
      let pages = found.pages == found.images ? "" : ", \(counted(found.pages, "page"))"
      observer.logger.info("\(counted(objects, "instance")) in \(counted(found.images, "image"))\(pages)")
    }
    guard failed == 0 else { throw SegmentationFailures(count: failed, total: inputs.files.count) }
  }

  /// What is known of the images so far.
  struct Findings {
    var summary = PredictionSummary()
    var odd: OddImages
    /// Those that were segmented, and the instances in them, where results have any.
    var images = 0, pages = 0, objects: Int?
    /// Whether the instances of all were counted.
    var isCounted = true

    /// Adds the instances of an image, nil where its results have none or nobody knows.
    mutating func add(objects: Int?, isCounted: Bool) {
      self.objects = objects.map { (self.objects ?? 0) + $0 } ?? self.objects
      self.isCounted = self.isCounted && isCounted
    }
  }

  private func segment<B: Backend>(
    _ file: SegmentationInputs.File, _ number: Int, isShared: Bool, with ensemble: Ensemble<B>,
    _ found: inout Findings, _ observer: WorkObserver<Progress>
  ) throws {
    let isMine = team.map { number % $0.count == $0.rank } ?? true
    // A team meets at images whose chunks it shares, and at no others.
    guard isShared || isMine else { return }
    let opened = Result { try open(file, observer) }
    let format = try isShared ? self.format.chunked : opened.get().format
    guard format.isChunked else {
      return try segmentRows(of: try opened.get().pages, file, with: ensemble, &found, observer)
    }
    try segmentChunks(
      of: opened.map(\.pages), file, format, by: isShared ? team : nil, with: ensemble, &found, observer)
  }

  private func segmentRows<B: Backend>(
    of pages: PageFile, _ file: SegmentationInputs.File, with ensemble: Ensemble<B>, _ found: inout Findings,
    _ observer: WorkObserver<Progress>
  ) throws {
    guard !onlyTissue else {
      throw DataError(
        file.path, "would be written as pictures, which have all pixels: choose pyramid or ome-zarr",
        choices: ["format", "tissue"])
    }
    let start = ContinuousClock.now
    let paths = file.results(outputs, in: folder, .pictures)
    // Another process may have come first.
    if earlier == .kept, !file.lacks(outputs, in: folder, .pictures) { return }
    try Outputs(overwrite: earlier != .refused).check(paths)
    try Self.requireOwn(paths)
    let replacing = earlier == .replaced || earlier == .kept && paths.contains(where: Files.exists)
    guard pages.count == 1 || !outputs.contains(.masks) else {
      throw DataError(
        file.path,
        "has \(pages.count) pages, but a mask is of one image: give a file for each image, or leave out masks"
      )
    }
    var results: PageResults?
    for number in 0..<pages.count {
      let watched: TileObserver = { share in
        guard !observer.isCancelled() else { throw Interrupted() }
        observer.report(.tiles(share, page: number, of: pages.count, file: file.path))
      }
      do {
        try watched(0)
        let page = try Cancellation.heard(observer.isCancelled) { try pages.page(number) }
        let bands = try ensemble.bands(of: page.rows, observer: watched)
        found.odd.look(at: page, of: file.path + (pages.count > 1 ? " page \(number)" : ""))
        let made =
          try results
          ?? PageResults(
            outputs, of: file, in: folder, pages: pages, like: page, ensemble.classes, ensemble.options,
            replacing: replacing)
        results = made
        try made.write(page, number, bands, &found.summary)
      } catch let error as SegmentationError {
        throw DataError(file.path, error.problem)
      } catch let error where error is Interrupted || error is CancellationError {
        throw Interrupted("interrupted within \(file.path), page \(number)")
      }
    }
    let milliseconds = Int((ContinuousClock.now - start) / .milliseconds(1))
    let objects = results?.objects
    observer.logger.debug(
      "\(file.path): \(counted(pages.count, "page"))\(objects.map { ", \(counted($0, "instance"))" } ?? ""), \(milliseconds) ms"
    )
    try Self.requireOwn(paths)
    do {
      for path in try results?.close() ?? [] { observer.report(.written(path)) }
      found.images += 1
      found.pages += pages.count
      found.add(objects: objects, isCounted: true)
    } catch is OutputError
      where earlier == .kept
    {}
  }
}
