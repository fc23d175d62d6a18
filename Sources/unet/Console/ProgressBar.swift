import Foundation
import UNetExperiments

/// The progress of a training on standard error: a bar on a terminal, elsewhere a line now and then.
final class ProgressBar {
  private var shown = ContinuousClock.now - .seconds(60)
  /// The first event seen of a training, from which the speed is measured: kernels are compiled before it.
  private var first: (step: Int, time: ContinuousClock.Instant)?
  private var last = 0

  /// Shows how far a training is.
  func show(_ event: TrainingRun.Event) {
    guard case .steps(let step, let total, let loss) = event else { return }
    let now = ContinuousClock.now
    if step <= last { first = nil }
    (first, last) = (first ?? (step, now), step)
    guard now - shown > (Console.isTerminal ? .milliseconds(200) : .seconds(10)) || step == total else {
      return
    }
    shown = now
    let text = String(format: "%d/%d  loss %.4f", step, total, loss) + pace(at: step, of: total, now)
    guard Console.isTerminal else { return tell(text) }
    tell("\(bar(step, total)) \(text)", end: step == total ? "\n" : "")
  }

  /// Steps a second and the time left, as soon as there is something to tell them from.
  private func pace(at step: Int, of total: Int, _ now: ContinuousClock.Instant) -> String {
    guard let first, step > first.step else { return "" }
    let speed = Double(step - first.step) / max((now - first.time) / .seconds(1), 1e-9)
    return String(format: "  %.2f steps/s  %@ left", speed, Self.duration(Double(total - step) / speed))
  }

  private func bar(_ step: Int, _ total: Int) -> String {
    let filled = 24 * step / max(total, 1)
    return String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
  }

  static func duration(_ seconds: Double) -> String {
    let s = Int(seconds.rounded())
    return s >= 3600 ? "\(s / 3600) h \(s / 60 % 60) min" : s >= 60 ? "\(s / 60) min \(s % 60) s" : "\(s) s"
  }
}
