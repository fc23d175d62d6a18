import UNetImages
import UNetNumerics

/// What is odd about grey values, in a line for each kind: images of one value everywhere, and those in which a few pixels, or
/// places without data, take all contrast.
func imageNotes(_ pages: [LabelledPage], _ normalisation: Normalisation) -> [String] {
  let oddities = concurrentMap(pages) { ImageOddity($0.image, normalisation) }
  return ImageOddity.Kind.allCases.compactMap { kind in
    let odd = zip(pages, oddities).filter { $1?.kind == kind }
    return odd.first?.1?.note(of: odd.map { $0.0.place })
  }
}

/// What is odd about the values of an image, whether it is learnt from or segmented.
package struct ImageOddity: Sendable {
  /// What may be.
  package enum Kind: CaseIterable, Sendable {
    case plain, extremes, emptyPlaces
  }

  package let kind: Kind
  /// The values at fault, as a note tells them.
  private let words: String

  /// Nil where nothing is.
  package init?(_ image: some ImageRows, _ normalisation: Normalisation) {
    if image.isPlain {
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

  /// A line about the images of these names, all of one kind, of which this is the first.
  package func note(of names: [String]) -> String {
    let (images, names, isOne) = (counted(names.count, "image"), listed(names), names.count == 1)
    return switch kind {
    case .plain:
      "\(images) \(isOne ? "has" : "have") one value everywhere, and nothing to be seen: \(names); "
        + "remove \(isOne ? "it or mend the file" : "them or mend the files")"
    case .extremes:
      "in \(images) \(words) take nearly all contrast: \(names); mend these pixels, or train with "
        + "data.normalisation: percentile"
    case .emptyPlaces:
      "in \(images) \(words) take nearly all contrast: \(names); give them a value of their surroundings"
    }
  }
}

extension ImageRows {
  /// Whether all its values are equal.
  fileprivate var isPlain: Bool {
    let first = height * width > 0 ? values(rows: 0..<1)[0] : 0
    return (0..<height).allSatisfy { values(rows: $0..<$0 + 1).allSatisfy { $0 == first } }
  }
}
