import Foundation

/// The control group of version 2 that Linux counts this process to.
package enum ControlGroup {
  /// Its folder; nil where there is none.
  package static var own: String? {
    guard let text = try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8) else { return nil }
    let line = text.split(separator: "\n").first { $0.hasPrefix("0::/") }
    return line.map { "/sys/fs/cgroup" + $0.dropFirst(3) }
  }

  /// The processors whose time `folder` and those above it leave to a group, rounded up; nil where none sets a limit.
  package static func processors(of folder: String) -> Int? {
    var limits: [Int] = []
    var folder = folder
    while folder.hasPrefix("/"), folder.count > 1 {
      // Microseconds in each period, or "max".
      let words = (try? String(contentsOfFile: folder + "/cpu.max", encoding: .utf8))?.split(
        whereSeparator: \.isWhitespace)
      if let words, words.count == 2, let quota = Int(words[0]), let period = Int(words[1]), quota > 0,
        period > 0
      {
        limits.append((quota + period - 1) / period)
      }
      folder = (folder as NSString).deletingLastPathComponent
    }
    return limits.min()
  }
}
