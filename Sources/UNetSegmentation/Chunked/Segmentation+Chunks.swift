import UNetFiles
import UNetImages
import UNetNumerics
import UNetPrediction
import UNetRuntime
import UNetWork

extension Segmentation {
  /// Segments an image chunk by chunk; where a `team` does so, the first of it begins the work.
  func segmentChunks<B: Backend>(
    of opened: Result<PageFile, any Error>, _ file: SegmentationInputs.File, _ format: ResultFormat,
    by team: SegmentationTeam?, with ensemble: Ensemble<B>, _ found: inout Findings,
    _ observer: WorkObserver<Progress>
  ) throws {
    let start = ContinuousClock.now
    let isFirst = team.map { $0.rank == 0 } ?? true
    let first = Result {
      try Cancellation.heard(observer.isCancelled) { () throws -> (PageFile, StoredPage) in
        let pages = try opened.get()
        return (pages, try pages.page(0))
      }
    }
    func begin() throws -> ChunkedSegmentation<B>? {
      let (pages, page) = try first.get()
      let paths = file.results(outputs, in: folder, format)
      if isFirst {
        // Others, who were started by hand, may have ended it since the results were looked for.
        if earlier != .replaced, !file.lacks(outputs, in: folder, format) { return nil }
        do {
          try Outputs(overwrite: earlier != .refused).check(file.freeResults(outputs, in: folder, format))
        } catch let error as OutputError {
          // Another process has ended it just now.
          guard file.lacks(outputs, in: folder, format) else { return nil }
          throw error
        }
        try Self.requireOwn(paths)
      }
      let plan = try ChunkedPlan(
        file, pages, first: page, outputs, format, onlyTissue: onlyTissue, in: folder, by: ensemble)
      return try ChunkedSegmentation(
        plan, by: ensemble,
        replacing: earlier == .replaced || earlier == .kept && paths.contains(where: Files.exists),
        clears: earlier == .replaced, makes: isFirst, observer: observer)
    }
    var work: ChunkedSegmentation<B>?
    do {
      let begun = isFirst ? Result { try begin() } : nil
      let isThere = (try? begun?.get()) != nil
      if let team, try team.first([isThere ? 1 : 0]) != [1], !isFirst { return }
      work = begun == nil ? try begin() : try begun?.get()
      guard let work else { return }
      let pages = try opened.get()
      if !ensemble.isByRegion, team != nil {
        observer.logger.warning(
          "\(file.path): rotations that are no right angles and a model's scale need the whole page, which every process segments"
        )
      }
      let paths = try work.run { page, number in
        found.odd.look(at: page, of: file.path + (pages.count > 1 ? " page \(number)" : ""))
      }
      let milliseconds = Int((ContinuousClock.now - start) / .milliseconds(1))
      observer.logger.debug("\(file.path): \(counted(pages.count, "page")), \(milliseconds) ms")
      for path in paths { observer.report(.written(path)) }
      found.images += 1
      found.pages += pages.count
      found.add(
        objects: work.objects, isCounted: !outputs.contains(where: \.hasInstances) || work.objects != nil)
    } catch let error as SegmentationError {
      throw DataError(file.path, error.problem)
    } catch let error where error is Interrupted || error is CancellationError {
      let kept = work?.kept ?? 0
      throw Interrupted(
        "interrupted within \(file.path)"
          + (kept > 0 ? ": \(counted(kept, "chunk")) \(kept == 1 ? "is" : "are") kept" : "")
          + (kept > 0 && inputs.files.count == 1 ? ", and the same command goes on from there" : ""),
        // Of several images others are complete, and may not be made again.
        canGoOn: inputs.files.count > 1)
    }
  }
}
