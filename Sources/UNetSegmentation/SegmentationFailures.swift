import UNetFiles
import UNetImages

/// Images of which some could not be segmented; which, and why, was told when it was found.
package struct SegmentationFailures: Error, CustomStringConvertible {
  /// How many, of how many.
  package let count: Int, total: Int

  /// One line.
  package var description: String {
    "\(count) of \(total) images could not be segmented; mend those named above, or leave them out"
  }
}

/// Whether an error says nothing about other images.
func isOfOneImage(_ error: any Error) -> Bool {
  switch error {
  case is DataError: true
  case let error as FileError: error.action == .read || error.isOfItsName
  default: false
  }
}
