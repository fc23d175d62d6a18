import UNetImages

/// Processes that share the images, or the chunks of images.
package struct SegmentationTeam {
  /// The number of this process, from 0, and how many there are.
  package let rank: Int, count: Int
  private let gather: ([UInt8]) throws -> [[UInt8]]

  /// - `gather`: gives the bytes of all processes, once all have given theirs, as many each.
  package init(rank: Int, count: Int, gather: @escaping ([UInt8]) throws -> [[UInt8]]) {
    (self.rank, self.count, self.gather) = (rank, count, gather)
  }

  /// Waits for all; gives what the first says.
  /// - Throws: the errors of the processes.
  func first(_ bytes: [UInt8]) throws -> [UInt8] { try gather(bytes)[0] }
}

extension Segmentation {
  /// Which images a team shares chunk by chunk, as the first of it says; the others are dealt out whole.  Nil without a team.
  func sharedImages() throws -> [Bool]? {
    guard let team else { return nil }
    let own = inputs.files.map { file -> UInt8 in
      guard team.rank == 0, let opened = try? opened(file) else { return 0 }
      return opened.format.isChunked && opened.pages.knownPixels ?? 0 > 1 << 22 ? 1 : 0
    }
    return try team.first(own).map { $0 == 1 }
  }
}
