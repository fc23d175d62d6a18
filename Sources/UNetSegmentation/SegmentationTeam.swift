/// Processes that share the images, or the chunks of images.
package struct SegmentationTeam {
  /// The number of this process, from 0, and how many there are.
  package let rank: Int, count: Int
  private let gather: ([UInt8]) throws -> [[UInt8]]

  /// - `gather`: gives the bytes of all processes, once all have given theirs.
  package init(rank: Int, count: Int, gather: @escaping ([UInt8]) throws -> [[UInt8]]) {
    (self.rank, self.count, self.gather) = (rank, count, gather)
  }

  /// Waits for all; gives whether the first says that it is ready.
  /// - Throws: the errors of the processes.
  func meet(_ isReady: Bool) throws -> Bool { try gather([isReady ? 1 : 0])[0] == [1] }
}
