import UNetFiles
import UNetImages

extension [ImageSequence.LeftOut] {
  /// A line about what is left out of `pattern`, a folder or a glob; nil where nothing is.
  package func note(of pattern: String) -> String? {
    guard let first else { return nil }
    let isOneKind = allSatisfy { $0.reason == first.reason }
    let (one, several, reasons) =
      switch first.reason {
      case .otherKind where isOneKind: ("file of other kinds", "files of other kinds", false)
      case .labelFile where isOneKind: ("file of labels", "files of labels", false)
      case .labels where isOneKind: ("folder of labels", "folders of labels", false)
      default: ("file", "files", true)
      }
    let names = sorted { precedes($0.path, $1.path) }.map { file in
      let place = Path.join(pattern, "")
      let name =
        file.path.hasPrefix(place) ? String(file.path.dropFirst(place.count)) : Path.name(file.path)
      return reasons ? "\(name) (\(file.reason.rawValue))" : name
    }
    return "\(pattern): \(count) \(count == 1 ? one : several) left out: \(listed(names))"
  }
}
