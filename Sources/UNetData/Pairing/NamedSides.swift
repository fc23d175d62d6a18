import UNetFiles

/// The files that are to be paired.
struct NamedSides: Sendable {
  private(set) var named: NamedFiles, labelled: NamedFiles
  /// Whether the images are results of a segmentation, and the labels their truth.
  let areResults: Bool

  /// The files that `images` and `labels` mean, without those that cannot be meant (`pairedFiles`).
  /// - Throws: `DataError` where there are none; `FileError`.
  init(images: String, labels: String, areResults: Bool) throws {
    (named, labelled) = (
      try NamedFiles(images, areLabels: false), try NamedFiles(labels, areLabels: true)
    )
    self.areResults = areResults
    if named.isSequence, Path.real(images) == Path.real(labels) {
      if !areResults { named.leaveOut(named.own) }
      (named, labelled) = parted(named)
    } else {
      let taken = Set(labelled.files.map { Path.real($0.path) })
      let others = named.files.filter { !taken.contains(Path.real($0.path)) }
      if !others.isEmpty { named = named.with(others) }
    }
    if areResults {
      labelled.leaveOutImages()
      named.leaveOutResults(of: labelled)
    } else {
      named.leaveOutResults()
      let (own, folders) = (labelled.own, Set(named.files.map { Path.folder(of: $0.path) }))
      let paths = Set(own.map(\.path))
      let others = Set(labelled.files.filter { !paths.contains($0.path) }.map(\.bare))
      let beside = own.filter { folders.contains(Path.folder(of: $0.path)) || others.contains($0.bare) }
      if beside.count < labelled.files.count { labelled.leaveOut(beside) }
    }
  }

  /// A line where labels are results of this program.
  var learnt: [String] {
    let own = areResults ? [] : labelled.own
    guard !own.isEmpty else { return [] }
    return [
      "\(labelled.pattern): \(own.count) of \(labelled.files.count) files of labels were written by a segmentation of "
        + "swift-unet, and are learnt as truth: \(listed(own.map { Path.name($0.path) }))"
    ]
  }

  /// One of the images.
  var image: String { areResults ? "prediction" : "image" }

  /// A line where folders within those that are named have images with labels, which are not read.
  var unread: [String] {
    let inner = named.inner
    let (images, labels) =
      Path.real(named.pattern) == Path.real(labelled.pattern) ? parted(inner) : (inner, labelled.inner)
    let beside = Dictionary(grouping: labels.files, by: \.bare)
    let pairs = images.files.filter { image in
      beside[image.bare, default: []].contains { $0.path != image.path }
    }
    guard !areResults, !pairs.isEmpty else { return [] }
    return [
      "\(named.pattern): not read are \(pairs.count) with labels in folders beside its images: "
        + "\(listed(pairs.map(\.stem))); put all in such folders, or all beside each other"
    ]
  }

  /// A line where some of the images have no labels.
  func unlabelled(_ found: [(image: FileName, labels: [FileName])]) -> [String] {
    let names = Path.apart(found.map(\.image.path))
    let missing = zip(found, names).filter { $0.0.labels.isEmpty }.map(\.1)
    guard !missing.isEmpty else { return [] }
    let what = areResults ? "predictions have no truth" : "images have no labels"
    return [
      "\(named.pattern): \(missing.count) of \(found.count) \(what) and are left out: \(listed(missing))"
    ]
  }
}
