/// What is wrong with an experiment, and where.
package struct ConfigurationError: Error, Equatable, CustomStringConvertible {
  /// `file:line`, or the override: `--set training.rate=fast`.
  package let place: String
  /// What is wrong there, and the remedy.
  package let problem: String

  /// An error at this place.
  package init(_ place: String, _ problem: String) { (self.place, self.problem) = (place, problem) }

  /// One line: the place, the problem.
  package var description: String { "\(place): \(problem)" }
}
