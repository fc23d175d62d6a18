import UNetFiles
import UNetImages
import UNetNumerics

extension [ImageSequence.LeftOut] {
  /// A line about what is left out of `pattern`, a folder or a glob; nil where nothing is.
  package func note(of pattern: String) -> String? {
    guard let first else { return nil }
    let place = Path.join(pattern, "")
    let names = Dictionary(grouping: sorted { precedes($0.path, $1.path) }, by: \.reason).mapValues {
      $0.map { $0.path.hasPrefix(place) ? String($0.path.dropFirst(place.count)) : Path.name($0.path) }
    }
    let files = "\(pattern): \(counted(count, "file"))"
    if names.count == 1, let kind = first.reason.kind {
      return "\(files) \(kind) left out: \(listed(names[first.reason] ?? []))"
    }
    let groups = names.sorted { precedes($0.value[0], $1.value[0]) }.flatMap { reason, names in
      // Few are named each.
      let shown = count > 3 ? names.prefix(1) : names[...]
      let rest = names.count - shown.count
      return shown.map { "\($0)\(rest > 0 ? " and \(rest) more" : "") (\(reason.rawValue))" }
    }
    return "\(files) left out: \(groups.joined(separator: ", "))"
  }
}

extension ImageSequence.LeftOut.Reason {
  /// What such files are called, where that says why they are left out.
  fileprivate var kind: String? {
    switch self {
    case .otherKind: "of other kinds"
    case .labels: "of labels"
    default: nil
    }
  }
}
