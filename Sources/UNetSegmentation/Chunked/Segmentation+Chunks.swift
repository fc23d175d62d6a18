import UNetFiles
import UNetImages
import UNetNumerics
import UNetPrediction
import UNetRuntime
import UNetWork

extension Segmentation {
  /// Segments an image chunk by chunk; where a team does so, the first of it begins the work.
  func segmentChunks<B: Backend>(
    of pages: PageFile, _ file: SegmentationInputs.File, _ format: ResultFormat, with ensemble: Ensemble<B>,
    _ found: inout Findings, _ observer: WorkObserver<Progress>
  ) throws {
    let start = ContinuousClock.now
    let isFirst = team.map { $0.rank == 0 } ?? true
    func begin() throws -> ChunkedSegmentation<B>? {
      let paths = file.results(outputs, in: folder, format)
      if isFirst {
        if earlier == .kept, !file.lacks(outputs, in: folder, format) { return nil }
        try Outputs(overwrite: earlier != .refused).check(file.freeResults(outputs, in: folder, format))
        try Self.requireOwn(paths)
      }
      let page = try Cancellation.heard(observer.isCancelled) { try pages.page(0) }
      return try ChunkedSegmentation(
        file, pages, like: page, outputs, format, onlyTissue: onlyTissue, in: folder, by: ensemble,
        replacing: earlier == .replaced || earlier == .kept && paths.contains(where: Files.exists),
        makes: isFirst, observer: observer)
    }
    let begun = isFirst ? Result { try begin() } : nil
    if let team, try !team.meet((try? begun?.get()) != nil), !isFirst { return }
    do {
      guard let work = try begun?.get() ?? begin() else { return }
      let paths = try work.run { page, number in
        found.odd.look(at: page, of: file.path + (pages.count > 1 ? " page \(number)" : ""))
      }
      let milliseconds = Int((ContinuousClock.now - start) / .milliseconds(1))
      observer.logger.debug("\(file.path): \(counted(pages.count, "page")), \(milliseconds) ms")
      for path in paths { observer.report(.written(path)) }
      found.images += 1
      found.pages += pages.count
      found.objects = work.objects.map { (found.objects ?? 0) + $0 } ?? found.objects
    } catch let error as SegmentationError {
      throw DataError(file.path, error.problem)
    } catch let error where error is Interrupted || error is CancellationError {
      throw Interrupted("interrupted within \(file.path)")
    }
  }
}
