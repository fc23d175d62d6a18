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
  /// Which images a team segments chunk by chunk.
  struct Agreement {
    let isChunked: [Bool]
  }

  /// What the first of a team says of all images; nil without one.
  func agreement() throws -> Agreement? {
    guard let team else { return nil }
    let isChunked = inputs.files.map { file -> UInt8 in
      guard format == .auto else { return format.isChunked ? 1 : 0 }
      guard let pages = try? file.pages(spare: folder, view) else { return 0 }
      return format.resolved(pixels: pages.knownPixels ?? 0, pages: pages.count, outputs).isChunked ? 1 : 0
    }
    return Agreement(isChunked: try team.first(isChunked).map { $0 == 1 })
  }
}
