import UNetSegmentation

/// The progress of a segmentation: results on standard output; on standard error what fails, and how far a page is, on a
/// terminal at once and elsewhere a line now and then.
final class SegmentationProgress {
  private var shown = ContinuousClock.now
  private var isLineOpen = false

  /// Shows an event.
  func show(_ progress: Segmentation.Progress) {
    switch progress {
    case .tiles(let share, let page, let count, let file):
      let pages = count == 1 ? "" : ", \(page) of \(count) pages"
      advance("\(file): \(Int(100 * (Double(page) + share) / Double(count))) %\(pages)")
    case .written(let path):
      clear()
      printLine(path)
    case .failed(let error):
      clear()
      say("error: \(Unet.line(for: error, of: Segment.self))")
    }
  }

  private func advance(_ text: String) {
    let now = ContinuousClock.now
    guard now - shown > (Console.isTerminal ? .milliseconds(200) : .seconds(10)) else { return }
    shown = now
    isLineOpen = Console.isTerminal
    tell(text, end: Console.isTerminal ? "" : "\n")
  }

  private func clear() {
    if isLineOpen { tell("", end: "") }
    isLineOpen = false
  }
}
