import UNetFiles
import UNetImages
import UNetNumerics

/// What is odd about grey values: images of one value everywhere, and those in which a few pixels take all contrast.
func imageNotes(_ pages: [LabelledPage], _ normalisation: Normalisation) -> [String] {
  let extremes = concurrentMap(pages) { normalisation == .meanDeviation ? ExtremeValues($0.image) : nil }
  let plain = pages.filter { page in
    let first = page.image.pixels.first
    return page.image.pixels.allSatisfy { $0 == first }
  }
  let found = zip(pages, extremes).compactMap { page, extreme in extreme.map { (page, $0) } }
  let names = { (pages: [LabelledPage]) in listed(pages.map { $0.place }) }
  var notes: [String] = []
  if !plain.isEmpty {
    let (have, remedy) =
      plain.count == 1
      ? ("1 image has", "remove it or mend the file")
      : ("\(plain.count) images have", "remove them or mend the files")
    notes.append("\(have) one value everywhere, and nothing to learn from: \(names(plain)); \(remedy)")
  }
  if let (_, extreme) = found.first {
    let have = found.count == 1 ? "1 image" : "\(found.count) images"
    notes.append(
      "in \(have) \(extreme.words) take nearly all contrast: \(names(found.map(\.0))); "
        + "set data.normalisation to percentile, or mend these pixels")
  }
  return notes
}

extension LabelledPage {
  /// The file, with the page where it has several.
  fileprivate var place: String { pageInFile > 0 ? "\(file) page \(pageInFile)" : file }
}
