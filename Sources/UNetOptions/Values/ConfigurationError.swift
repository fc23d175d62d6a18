/// What is wrong with an experiment, and where.
public struct ConfigurationError: Error, Equatable, CustomStringConvertible {
  /// `file:line`, or the override: `override training.rate=fast`.
  public let place: String
  /// What is wrong there, and the remedy.
  public let problem: String

  /// What may be chosen otherwise to mend it.
  package let choices: [String]

  /// An error at this place.
  package init(_ place: String, _ problem: String, choices: [String] = []) {
    (self.place, self.problem, self.choices) = (place, problem, choices)
  }

  /// One line: the place, the problem.
  public var description: String { "\(place): \(problem)" }
}
