import UNetData
import UNetImages
import UNetNumerics

/// What images and labels are like, as far as it decides how to train.
package struct DataFacts: Sendable {
  /// The set to learn from, and another one to be judged on, where there are two.
  package let set: FoundSet, other: FoundSet?
  /// What the labels mean, and what says so.
  package let kind: LabelKind, reason: String
  package let border: Border
  /// Classes, background included.
  package let classes: Int
  /// Images, and whether they are pages of a single file.
  package let images: Int, isStack: Bool
  /// Values of a pixel.
  package let channels: Int
  /// The shortest and the longest side of any image, in pixels.
  package let shortest: Int, longest: Int
  /// Cells on all images, and the median diameter of a circle of their area, in pixels; nil where labels are classes.
  package let cells: Int, diameter: Double?
  /// The share of pixels that are cells; 0 where labels are classes.
  package let covered: Double
  /// What is odd about files and labels, in a line each.
  package let notes: [String]

  /// Those of `set`, paths from `folder`; `kind` where it is said.
  /// - Throws: `DataError` where labels may mean several things, or nothing; `FileError`.
  package init(_ set: FoundSet, other: FoundSet?, in folder: String, kind said: LabelKind? = nil) throws {
    (self.set, self.other) = (set, other)
    let survey = try Self.survey(set)
    (kind, reason) = try said.map { ($0, "as said") } ?? Self.kind(of: set, survey)
    border = kind == .membranes ? try Self.border(survey) : .zero
    classes =
      kind == .classes ? max(2, Int(survey.numbers.filter(LabelKind.classes.isKnown).max() ?? 1) + 1) : 2
    let path = { (name: String) in name == "." ? folder : "\(folder)/\(name)" }
    let data = try Dataset(
      images: path(set.images), labels: path(set.labels),
      .init(kind, border: border, classes: kind == .classes ? classes : nil))
    (images, channels) = (data.pages.count, data.channels)
    notes = data.notes + [Self.doubt(said, survey)].compactMap(\.self)
    isStack = Swift.Set(data.pages.map(\.file)).count == 1 && data.pages.count > 1
    let sides = data.pages.flatMap { [$0.image.height, $0.image.width] }
    (shortest, longest) = (sides.min() ?? 0, sides.max() ?? 0)
    let meaning = Dataset.Meaning(kind, border: border)
    let areas =
      kind == .classes ? [] : concurrentMap(data.pages) { Self.areas($0.labels, meaning) }.flatMap(\.self)
    cells = areas.count
    covered =
      Double(areas.reduce(0, +))
      / Double(max(1, data.pages.reduce(0) { $0 + $1.image.height * $1.image.width }))
    diameter = areas.isEmpty ? nil : 2 * (Double(areas.sorted()[areas.count / 2]) / .pi).squareRoot()
  }

  /// A line where labels that are said to be something else look like instances.
  private static func doubt(_ said: LabelKind?, _ survey: LabelSurvey) -> String? {
    guard let said, said != .instances, case .sure(.instances, let reason) = survey.meaning else {
      return nil
    }
    return "labels are taken for \(said.rawValue), as said, and look like instances: \(reason)"
  }

  /// Of every page of labels; none where an image has a file for each object.
  private static func survey(_ set: FoundSet) throws -> LabelSurvey {
    var survey = LabelSurvey()
    for pair in set.pairs where pair.labels.count == 1 {
      for (number, page) in try PageFile.labels(of: pair.labels[0]).enumerated() {
        try Cancellation.check()
        survey.add(page, file: pair.labels[0], page: number)
      }
    }
    return survey
  }

  private static func kind(of set: FoundSet, _ survey: LabelSurvey) throws -> (LabelKind, String) {
    if set.pairs.contains(where: { $0.labels.count > 1 }) { return (.instances, "a file for each object") }
    switch survey.meaning {
    case .sure(let kind, let reason): return (kind, reason)
    case .noLabels(let error): throw error
    case .open:
      if survey.looksLikeInstances { return (.instances, survey.likeInstances) }
      try survey.refuseBeyondClasses()
      return (.classes, "\(survey.numbers.count) numbers in several regions each")
    }
  }

  /// The other way round where labels look so, and do not when they are taken that way.
  private static func border(_ survey: LabelSurvey) throws -> Border {
    guard try !survey.check(.init(.membranes)).isEmpty else { return .zero }
    return try survey.check(.init(.membranes, border: .other)).isEmpty ? .other : .zero
  }

  /// The pixels of each cell.
  private static func areas(_ labels: LabelImage, _ meaning: Dataset.Meaning) -> [Int] {
    var counts: [UInt32: Int] = [:]
    if meaning.kind == .instances {
      for number in labels.numbers where number != 0 { counts[number, default: 0] += 1 }
    } else {
      let regions = connectedComponents(
        of: labels.numbers.map(meaning.isCell), height: labels.height, width: labels.width)
      for id in regions.ids where id != 0 { counts[UInt32(id), default: 0] += 1 }
    }
    // Scattered pixels are no cells.
    return counts.values.filter { $0 >= 9 }
  }
}
