import UNetRuntime

/// Keeps the host about a quarter of a second ahead of the device, so that it neither waits nor runs away.
package struct HostThrottle {
  private var last = ContinuousClock.now
  private var since = 0
  private var lead = 1

  /// One step ahead at first.
  package init() {}

  /// Waits for the device every so many steps, as many as it does in that time.
  package mutating func wait<B: Backend>(for trainer: Trainer<B>) throws {
    since += 1
    guard since >= lead else { return }
    try trainer.wait()
    let seconds = (ContinuousClock.now - last) / .seconds(1) / Double(since)
    lead = max(1, min(16, Int(0.25 / max(seconds, 1e-3))))
    (last, since) = (.now, 0)
  }
}
