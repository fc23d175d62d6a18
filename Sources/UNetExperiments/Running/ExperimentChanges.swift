import UNetConfiguration

/// A key of an experiment that has another value than it had.
struct ExperimentChange: Equatable, Sendable {
  /// The keys that lead there, joined by dots.
  let key: String
  /// The values as YAML has them; `nothing` where the key did not or does not belong to the experiment.
  let before: String, now: String

  /// In a sentence.
  var words: String { "\(key) was \(before) and is \(now)" }

  /// As a model's metadata and an experiment's head note it.
  var note: String { "\(key) \(before) -> \(now)" }
}

extension Experiment {
  /// What is different in this experiment, in the order of its keys, then what it has no more.
  func changes(since earlier: Experiment) -> [ExperimentChange] {
    let (before, now) = (KeyedValues(earlier), KeyedValues(self))
    var changes: [ExperimentChange] = []
    for key in now.keys.map(before.form) + before.keys.map(now.form) {
      let change = ExperimentChange(key: key, before: before[key], now: now[key])
      if change.before != change.now && !changes.contains(change) { changes.append(change) }
    }
    return changes
  }
}

/// The values of an experiment by the keys that lead to them.
private struct KeyedValues {
  let keys: [String]
  private let texts: [String: String]

  init(_ experiment: Experiment) {
    let values = experiment.values
    (keys, texts) = (values.map(\.key), Dictionary(uniqueKeysWithValues: values.map { ($0.key, $0.text) }))
  }

  /// The key, or that of a section above it which is a single word here, such as `none`.
  func form(of key: String) -> String {
    var parts = key.split(separator: ".")
    while texts[parts.joined(separator: ".")] == nil, parts.count > 1 { parts.removeLast() }
    let found = parts.joined(separator: ".")
    return texts[found] == nil ? key : found
  }

  /// The value, a section in braces; `nothing` where there is none.
  subscript(key: String) -> String {
    let inside = keys.filter { $0.hasPrefix(key + ".") }
    let section = inside.map { "\($0.dropFirst(key.count + 1)): \(texts[$0] ?? "")" }.joined(separator: ", ")
    return texts[key] ?? (inside.isEmpty ? "nothing" : "{\(section)}")
  }
}

/// What a key means for a training that goes on.
enum KeyBearing: Equatable {
  /// Nothing that was computed so far depends on it.
  case none
  /// It names images, of which only what is in them counts.
  case images
  /// It counts from the next step on, and may be changed on purpose; why it counts.
  case nextSteps(String)
  /// Every weight so far depends on it.
  case all

  /// That of the key of `change` in a training of `experiment`, which had the schedule `earlier`.
  init(_ change: ExperimentChange, in experiment: Experiment, earlier: Experiment.RateSchedule) {
    let parts = change.key.split(separator: ".").map(String.init)
    switch (parts[0], parts.count > 1 ? parts[1] : "") {
    case ("name", _), ("device", _), ("prediction", _), ("evaluation", _), ("training", "checkpoint-every"),
      ("data", "sha256"):
      self = .none
    case ("data", "images"), ("data", "labels"), ("data", "hold-out"), ("data", "leave-out"),
      ("data", "level"), ("data", "regions"):
      self = .images
    case ("training", "steps"):
      let isConstant = experiment.training.schedule == .constant && earlier == .constant
      self = isConstant ? .none : .nextSteps("the rates of `poly` follow from it")
    case ("training", "rate"), ("training", "schedule"), ("training", "momentum"),
      ("training", "weight-decay"):
      self = .nextSteps("the steps to come follow from it")
    default: self = .all
    }
  }
}
