import UNetFiles
import UNetImages
import UNetNumerics

/// What is odd about grey values, in a line for each kind: images of one value everywhere, and those in which a few pixels, or
/// places without data, take all contrast.
func imageNotes(_ pages: [LabelledPage], _ normalisation: Normalisation) -> [String] {
  let oddities = concurrentMap(pages) { ImageOddity($0.image, normalisation) }
  return ImageOddity.Kind.allCases.compactMap { kind in
    let odd = zip(pages, oddities).filter { $1?.kind == kind }
    guard let first = odd.first?.1 else { return nil }
    let names = listed(odd.map { $0.0.place })
    let images = odd.count == 1 ? "1 image" : "\(odd.count) images"
    let them = odd.count == 1 ? "it" : "them"
    return switch kind {
    case .plain:
      "\(images) \(odd.count == 1 ? "has" : "have") one value everywhere, and nothing to learn from: \(names); "
        + "remove \(them) or mend the \(odd.count == 1 ? "file" : "files")"
    case .extremes:
      "in \(images) \(first.words) take nearly all contrast: \(names); set data.normalisation to percentile, or mend these "
        + "pixels"
    case .emptyPlaces:
      "in \(images) \(first.words) take nearly all contrast: \(names); give them a value of their surroundings"
    }
  }
}

/// What is odd about the values of an image.
struct ImageOddity: Sendable {
  enum Kind: CaseIterable {
    case plain, extremes, emptyPlaces
  }

  let kind: Kind
  /// The values at fault, as a note tells them.
  let words: String

  /// Nil where nothing is.
  init?(_ image: Image, _ normalisation: Normalisation) {
    if let first = image.pixels.first, image.pixels.allSatisfy({ $0 == first }) {
      (kind, words) = (.plain, "")
    } else if normalisation != .none, let places = EmptyPlaces(image) {
      let share = Int((100 * places.share).rounded())
      (kind, words) = (.emptyPlaces, "\(share) % of the values, \(places.value), far below all others,")
    } else if normalisation == .meanDeviation, let extremes = ExtremeValues(image) {
      (kind, words) = (.extremes, extremes.words)
    } else {
      return nil
    }
  }
}
