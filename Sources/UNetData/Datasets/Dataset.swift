import UNetFiles
import UNetImages

/// An image with what is known about it.
package struct Frame: Sendable {
  /// The image file's name without folder and ending.
  package let name: String
  /// The image file's path.
  package let file: String
  /// The page in a stack, from 0, or the number in the file's name in a sequence of files.
  package let page: Int
  /// The picture.
  package let image: Image
  /// What is known about it.
  package let annotation: Annotation

  /// A frame of `file`.
  package init(name: String, file: String, page: Int, image: Image, annotation: Annotation) {
    (self.name, self.file, self.page) = (name, file, page)
    (self.image, self.annotation) = (image, annotation)
  }
}

/// Images and their labels, paired.
package struct Dataset {
  /// Loads `images` and `labels`, each a file, a glob or a folder (`ImageSequence`).
  ///
  /// Two files pair page by page.  Sequences pair file by file: by equal names, else by the last number in the name
  /// (`t002.tif` with `man_seg002.tif`); images without labels are left out.  A file that both patterns name is a label:
  /// `img_*.tif` with `img_*_label.tif` pairs `img_001.tif` with `img_001_label.tif`.
  /// - `gap`: pixels of background put between touching instances.
  /// - `partlyAnnotated`: the frames (`Frame.page`) whose unlabelled pixels are unknown, not background.
  /// - `scale`: the resolution at which images and labels are wanted, for 1 in the files.
  /// - `isEvaluated`: images are results, which may be the labels themselves, and labels need not have a cell.
  ///
  /// Throws a `DataError` that names the files when counts, sizes or values do not fit, labels are no regions, a label
  /// file has no cell, or an instance is too small for `scale`.
  package static func load(
    images: String, labels: String, kind: LabelKind, classes: Int = 2, gap: Int = 1,
    partlyAnnotated: Set<Int> = [], scale: Double = 1, isEvaluated: Bool = false
  ) throws -> [Frame] {
    let pairs = try pairedFiles(images: images, labels: labels)
    return try pairs.flatMap { pair in
      guard isEvaluated || Path.real(pair.images) != Path.real(pair.labels) else {
        throw DataError(pair.images, "is named as image and as its own labels: name images and labels apart")
      }
      let frames = try load(
        pair, kind: kind, classes: classes, gap: gap, partlyAnnotated: partlyAnnotated, scale: scale)
      guard isEvaluated || frames.contains(where: \.annotation.hasCell) else {
        throw DataError(pair.labels, "holds labels with no cell: give labels that are not 0 everywhere")
      }
      return frames
    }
  }

  private static func load(
    _ pair: FilePair, kind: LabelKind, classes: Int, gap: Int, partlyAnnotated: Set<Int>, scale: Double
  ) throws -> [Frame] {
    let images = try ImageSequence.pages(of: pair.images, isSequence: pair.isSequence)
    let labels = try ImageSequence.pages(of: pair.labels, isSequence: pair.isSequence, isLabels: true)
    guard images.count == labels.count else {
      throw DataError(
        pair.labels,
        "has \(labels.count) \(labels.count == 1 ? "page" : "pages"), \(pair.images) \(images.count): "
          + "give one label page for each image")
    }
    return try zip(images, labels).map { image, label in
      guard (image.image.height, image.image.width) == (label.image.height, label.image.width) else {
        throw DataError(
          label.file,
          "is \(label.image.height)×\(label.image.width) in page \(label.number), \(image.file) "
            + "\(image.image.height)×\(image.image.width): give labels of the image's size")
      }
      try checkRegions(label.image, kind: kind, file: label.file)
      let number = image.index ?? image.number
      let annotation = try Annotation(
        try rescaled(label, by: scale, kind: kind), kind: kind, classes: classes, gap: gap,
        partlyAnnotated: partlyAnnotated.contains(number),
        file: label.file)
      return Frame(
        name: image.name, file: image.file, page: number, image: image.image.rescaled(by: scale),
        annotation: annotation)
    }
  }

  /// Labels at another resolution, where every instance must be left.
  private static func rescaled(_ label: Page<Image>, by scale: Double, kind: LabelKind) throws -> Image {
    let labels = label.image.labelsRescaled(by: scale)
    guard kind == .instances, let lost = Set(label.image.pixels).subtracting(labels.pixels).min() else {
      return labels
    }
    let size = label.image.pixels.lazy.filter { $0 == lost }.count
    throw DataError(
      label.file,
      "page \(label.number) has a cell, \(Int(lost)), of \(size) \(size == 1 ? "pixel" : "pixels") that vanishes at scale "
        + "\(scale): raise data.scale or remove the cell from the labels")
  }
}
