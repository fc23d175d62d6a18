import UNetSegmentation

/// The progress of a segmentation: results on standard output; on standard error what fails, and how far a page is, on a
/// terminal at once and elsewhere a line now and then.
final class SegmentationProgress {
  private var shown = ContinuousClock.now
  private var isLineOpen = false
  /// The file, when it was first told of, and how far it was then.
  private var begun: (file: String, time: ContinuousClock.Instant, share: Double)?

  /// Shows an event.
  func show(_ progress: Segmentation.Progress) {
    switch progress {
    case .tiles(let share, let page, let count, let file):
      let pages = count == 1 ? "" : ", \(page) of \(count) pages"
      let all = (Double(page) + share) / Double(count)
      advance("\(file): \(Int(100 * all)) %\(pages)\(timeLeft(of: file, all))")
    case .written(let path):
      clear()
      printLine(path)
    case .failed(let error):
      clear()
      say("error: \(Unet.line(for: error, of: Segment.self))")
    }
  }

  /// How long the rest will take at the speed so far, once that is known.
  private func timeLeft(of file: String, _ share: Double) -> String {
    if begun?.file != file { begun = (file, .now, share) }
    guard let begun, share > begun.share else { return "" }
    let passed = (ContinuousClock.now - begun.time) / .seconds(1)
    guard passed > 5 else { return "" }
    return ", \(ProgressBar.duration(passed / (share - begun.share) * (1 - share))) left"
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
