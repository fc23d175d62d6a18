import UNetFiles
import UNetImages
import UNetNumerics

/// Brings the images to one number of channels: `wanted`, or what most of them have.
///
/// A picture in colour whose channels are equal everywhere, or whose colours are greys, is grey where grey is wanted, and
/// has three channels among pictures in colour.
/// - Throws: `ChannelError`, which counts and names the images of other channels.
func unifyChannels(_ pages: inout [LabelledPage], wanted: Int?) throws {
  let allowed = pages.map { $0.image.possibleChannels(isGreyPalette: $0.isGreyPalette) }
  let channels = wanted ?? usual(pages, allowed)
  let odd = pages.indices.filter { !allowed[$0].contains(channels) }
  guard odd.isEmpty else { throw otherChannels(pages, odd, channels, wanted, allowed) }
  for at in pages.indices where pages[at].image.channels != channels {
    let image = pages[at].image
    pages[at].image = channels == 1 ? image.grey() : image.inColour
  }
}

extension Image {
  /// Of one channel, in three.
  fileprivate var inColour: Image {
    Image(
      height: height, width: width, channels: 3, format: format, pixels: pixels.flatMap { [$0, $0, $0] })
  }
}

/// The least number that all may have, else what most of them have.
private func usual(_ pages: [LabelledPage], _ allowed: [Set<Int>]) -> Int {
  if let common = allowed.dropFirst().reduce(allowed.first ?? [1], { $0.intersection($1) }).min() {
    return common
  }
  let counts = Dictionary(grouping: allowed) { $0.min() ?? 1 }.mapValues(\.count)
  return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 1
}

private func otherChannels(
  _ pages: [LabelledPage], _ odd: [Int], _ channels: Int, _ wanted: Int?, _ allowed: [Set<Int>]
) -> ChannelError {
  let counts = Set(odd.map { pages[$0].image.channels }).sorted()
  let have = counts.map { counted($0, "channel") }.joined(separator: " or ")
  let files = odd.map { pages[$0].file }.reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
  // Whether all images would do with the channels that the odd ones have.
  let fits = allowed.allSatisfy { $0.contains(counts[0]) }
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
