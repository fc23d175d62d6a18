import Foundation

/// Progress on standard error: a bar on a terminal, elsewhere a line now and then.
package struct ProgressBar {
  private let total: Int
  private let first: Int
  private let isTerminal = isatty(2) == 1
  private let start = ContinuousClock.now
  private var shown = ContinuousClock.now - .seconds(60)

  /// Progress from `first` to `total` steps.
  package init(from first: Int, to total: Int) { (self.first, self.total) = (first, total) }

  /// Shows that `step` steps are done, with the latest loss.
  package mutating func show(step: Int, loss: Float) {
    let now = ContinuousClock.now
    guard now - shown > (isTerminal ? .milliseconds(200) : .seconds(10)) || step == total else { return }
    shown = now
    let seconds = max((now - start) / .seconds(1), 1e-9)
    let speed = Double(step - first) / seconds
    let left = speed > 0 ? duration(Double(total - step) / speed) : "?"
    let text = String(format: "%d/%d  loss %.4f  %.2f steps/s  %@ left", step, total, loss, speed, left)
    say(isTerminal ? "\r\u{1B}[K\(bar(step)) \(text)" : text, end: isTerminal ? "" : "\n")
  }

  /// Writes a line of its own.
  package func note(_ text: String) { say((isTerminal ? "\r\u{1B}[K" : "") + text) }

  /// Ends the line of the bar.
  package func end() { if isTerminal { say("") } }

  private func bar(_ step: Int) -> String {
    let filled = 24 * step / max(total, 1)
    return String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
  }

  private func duration(_ seconds: Double) -> String {
    let s = Int(seconds.rounded())
    return s >= 3600 ? "\(s / 3600) h \(s / 60 % 60) min" : s >= 60 ? "\(s / 60) min \(s % 60) s" : "\(s) s"
  }
}

/// Writes to standard error at once.
package func say(_ text: String, end: String = "\n") {
  FileHandle.standardError.write(Data((text + end).utf8))
}
