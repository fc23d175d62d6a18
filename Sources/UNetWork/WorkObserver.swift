import Logging

/// Who watches a piece of work from outside: what it tells goes there, and so does the question whether to go on.
///
/// `Event` is what a kind of work tells of its way, such as `TrainingRun.Event`.
public struct WorkObserver<Event> {
  /// Where lines for people go: notes and figures as `info`, what they should look at as `warning`.
  package let logger: Logger
  /// Whether the work shall end: it then leaves what it has, and throws `Interrupted`.  Asked on any thread.
  package let isCancelled: @Sendable () -> Bool
  /// Called with each event, on the thread that works.
  package let report: (Event) -> Void

  /// An observer; by default one that hears nothing and lets the work go on.
  public init(
    logger: Logger = .silent, isCancelled: @escaping @Sendable () -> Bool = { false },
    report: @escaping (Event) -> Void = { _ in }
  ) {
    (self.logger, self.isCancelled, self.report) = (logger, isCancelled, report)
  }
}

extension Logger {
  /// A logger that says nothing.
  public static var silent: Logger { Logger(label: "unet") { _ in SwiftLogNoOpLogHandler() } }
}
