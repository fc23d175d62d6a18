/// What `unet segment` can write of an image; the raw value is its word in `--write` and in the file's name.
public enum SegmentationProduct: String, CaseIterable, Sendable {
  /// Float32: for two classes a page per image page, the probability of class 1; else a page per class.
  case probabilities
  /// 8 bit: for two classes 0 or 255, else the number of the most probable class.
  case labels
  /// 16 bit: the number of the 4-connected region above the threshold, 0 outside.
  case instances
  /// Float32: the raw scores, a page per class.
  case logits
  /// 8-bit colour: the image with the border of what is white in red.
  case overlay

  /// The file for an image called `name` of `pages` pages.  Pictures of a single page are PNG, to be looked at.
  public func file(of name: String, in folder: String, pages: Int) -> String {
    let isPNG = pages == 1 && (self == .labels || self == .overlay)
    return "\(folder)/\(name)-\(rawValue).\(isPNG ? "png" : "tif")"
  }

  /// Every file that it may be.
  func files(of name: String, in folder: String) -> [String] {
    Array(Set([1, 2].map { file(of: name, in: folder, pages: $0) })).sorted()
  }
}
