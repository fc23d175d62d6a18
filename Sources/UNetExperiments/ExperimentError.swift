/// What is wrong with an experiment, and where.
public struct ExperimentError: Error, Equatable, CustomStringConvertible {
  /// `file:line`, or the override: `--set training.rate=fast`.
  public let place: String
  /// What is wrong there, and the remedy.
  public let problem: String

  /// An error at this place.
  public init(_ place: String, _ problem: String) { (self.place, self.problem) = (place, problem) }

  /// One line: the place, the problem.
  public var description: String { "\(place): \(problem)" }
}
