import UNetImages

/// Refuses labels that are a photograph: labels are regions, so neighbours mostly have one number.
///
/// Looks at pixels side by side of which neither is 0.  In label images nearly all of such pairs are equal; in
/// grey images, where noise alone parts them, few.
func checkRegions(_ labels: Image, kind: LabelKind, file: String) throws {
  guard kind != .classes, labels.channels == 1 else { return }
  var (pairs, equal) = (0, 0)
  for y in 0..<labels.height {
    for x in stride(from: 1, to: labels.width, by: 1) {
      let at = y * labels.width + x
      guard labels.pixels[at] != 0, labels.pixels[at - 1] != 0 else { continue }
      pairs += 1
      if labels.pixels[at - 1] == labels.pixels[at] { equal += 1 }
    }
  }
  // A few scattered pixels prove nothing.
  guard pairs >= 256, 2 * equal < pairs else { return }
  let remedy = kind == .instances ? "one number for each cell" : "0 for membrane, one other number for cells"
  throw DataError(
    file,
    "looks like a grey image, not like labels: of neighbouring pixels that are not 0 only "
      + "\(100 * equal / pairs) % have the same number; give \(remedy)")
}
