import UNetExperimentFiles
import UNetExperiments
import UNetFiles
import UNetImages
import UNetNumerics

/// The images from which the paper's tables are made, each known by the SHA-256 of its pixels.
///
/// Pixels and not files, since the same images are handed on in several forms: compressed or not, in either byte order.
package struct PinnedData: Sendable {
  private let pins: [(file: String, digest: String)]

  /// The pins carried in the binary: `Experiments/pixels.sha256`.
  package init() { self.init(text: ExperimentFile.pixelDigests) }

  /// Pins from lines of a digest, two blanks, and a path under the data root; `#` starts a comment.
  package init(text: String) {
    pins = text.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
      guard !line.hasPrefix("#"), parts.count == 2 else { return nil }
      return (parts[1].drop { $0 == " " }.description, String(parts[0]))
    }
  }

  /// Checks every pinned file whose path begins with one of `prefixes`, before any work is done.
  /// - Throws: `DataError` that names a file which is missing or holds other pixels.
  package func check(_ prefixes: Set<String>, root: DataRoot) throws {
    let wanted = pins.filter { pin in prefixes.contains { pin.file.hasPrefix($0) } }
    precondition(!wanted.isEmpty, "no pin begins with \(prefixes.sorted())")
    _ = try interruptibleMap(wanted) { pin in
      let path = root.path(pin.file)
      guard Files.exists(path) else {
        throw DataError(
          path, "does not exist: check the name of the folder that has \(pin.file)", choices: ["data"])
      }
      let digest = try Self.digest(of: ImageFile.read(path))
      guard digest == pin.digest else {
        throw DataError(
          path,
          "holds other pixels than the published data (SHA-256 \(digest), not \(pin.digest)): fetch it again")
      }
    }
  }

  /// The SHA-256 of whole grey values as 16-bit little-endian numbers, row by row, page after page.
  package static func digest(of pages: [Image]) -> String {
    let numbers = pages.flatMap { page in page.pixels.map { UInt16(exactly: $0)?.littleEndian ?? 0 } }
    return Digest.sha256(numbers.withUnsafeBytes(Array.init))
  }
}
