import UNetFiles
import UNetImages
import UNetPrediction
import UNetWork

extension Segmentation {
  /// The pages of a file, in what form its results are, and what a person should know of that.
  func opened(_ file: SegmentationInputs.File) throws -> (
    pages: PageFile, format: ResultFormat, note: String?
  ) {
    let pages = try file.pages(spare: folder, view)
    let note = try pages.matchPlanes(channels: models[0].channels, called: file.path)
    return (
      pages, format.resolved(pixels: pages.knownPixels ?? 0, pages: pages.count, outputs), note
    )
  }

  /// The pages of a file, and in what form its results are; tells what a person should know of them.
  func open(_ file: SegmentationInputs.File, _ observer: WorkObserver<Progress>) throws -> (
    pages: PageFile, format: ResultFormat
  ) {
    let (pages, format, note) = try opened(file)
    if let note { observer.logger.warning("\(note)") }
    if let remark = pages.remark { observer.logger.info("\(file.path): \(remark)") }
    return (pages, format)
  }
}

extension PageFile {
  /// Makes pages of planes that a file calls channels, though nobody may have meant that, where models of so many channels
  /// can read them in no other way; gives a line, which calls the file `name`, that says so.
  func matchPlanes(channels: Int, called name: String) throws -> String? {
    guard channels == 1, let planes = planeCount, try !page(0).rows.hasEqualChannels else { return nil }
    splitPlanes()
    return
      "\(name) calls its pages channels, the model has one: its \(planes) pages are segmented one by one"
  }
}
