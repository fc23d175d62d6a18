import UNetFiles
import UNetImages

/// Brings the images to one number of channels: `wanted`, or what most of them have.
///
/// A picture in colour whose channels are equal everywhere is grey where grey is wanted, and stays as it is among pictures in
/// colour.
/// - Throws: `ChannelError`, which counts and names the images of other channels.
func unifyChannels(_ pages: inout [LabelledPage], wanted: Int?) throws {
  // Looked at only where it matters: images of one channel are grey anyway.
  let isGrey = pages.map { $0.image.channels > 1 && $0.image.isGrey }
  let stored = pages.map(\.image.channels)
  let channels = wanted ?? usual(stored, isGrey)
  let odd = pages.indices.filter { stored[$0] != channels && !(channels == 1 && isGrey[$0]) }
  guard odd.isEmpty else { throw otherChannels(pages, odd, channels, wanted, isGrey) }
  for at in pages.indices where stored[at] != channels { pages[at].image = pages[at].image.grey() }
}

/// What most images have; what the pictures in colour have where all others of them may stay in colour, too.
private func usual(_ stored: [Int], _ isGrey: [Bool]) -> Int {
  let coloured = stored.indices.filter { stored[$0] > 1 && !isGrey[$0] }
  guard let first = coloured.first else { return 1 }
  if stored.allSatisfy({ $0 == stored[first] }) { return stored[first] }
  let counts = Dictionary(grouping: stored.indices) { isGrey[$0] ? 1 : stored[$0] }.mapValues(\.count)
  return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 1
}

private func otherChannels(
  _ pages: [LabelledPage], _ odd: [Int], _ channels: Int, _ wanted: Int?, _ isGrey: [Bool]
) -> ChannelError {
  let counts = Set(odd.map { pages[$0].image.channels }).sorted()
  let have = counts.map { "\($0) \($0 == 1 ? "channel" : "channels")" }.joined(separator: " or ")
  let files = odd.map { pages[$0].file }.reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
  // Whether all images would do with the channels that the odd ones have.
  let fits = pages.indices.allSatisfy {
    pages[$0].image.channels == counts[0] || counts[0] == 1 && isGrey[$0]
  }
  let them = odd.count == 1 ? "it" : "them"
  let remedy =
    fits && wanted != nil
    ? "set network.channels=\(counts[0])"
    : "save \(them) \(channels == 1 ? "as grey" : "with \(channels) channels")"
  return ChannelError(
    files: listed(files),
    problem: "\(files.count == 1 ? "has" : "have") \(have), \(odd.count) of \(pages.count) images; "
      + (wanted == nil ? "the others have \(channels): " : "network.channels is \(channels): ") + remedy)
}

/// Images of different channels.
package struct ChannelError: Error, Equatable, CustomStringConvertible {
  /// The files at fault, or the first of them.
  package let files: String
  /// What is wrong and the remedy; a sentence that goes on from the files.
  package let problem: String
  /// One line.
  package var description: String { "\(files) \(problem)" }
}
