import UNetData
import UNetFiles
import UNetImages

/// Images with labels that people have corrected: a folder that `unet plan` and `unet train` read.
struct Corrections {
  /// Its folders `images` and `labels` have files of one name.
  let folder: String
  let kind: LabelKind
  let classes: Int

  init(_ folder: String, kind: LabelKind, classes: Int) {
    (self.folder, self.kind, self.classes) = (folder, kind, classes)
  }

  /// What was written, below the server's folder.
  struct Saved: Encodable, Sendable {
    let image: String, labels: String
    /// How many corrected images there are now.
    let count: Int
  }

  /// Writes the page and its labels, in place of earlier ones of this page.
  ///
  /// Of two classes every number but 0 is foreground; instances are its 4-connected regions.
  /// - Throws: `ServerError` where the labels do not fit; `FileError`.
  func save(_ labels: [LabelImage], of image: StoredImage, page: Int) throws -> Saved {
    let wanted = image.file.pages[page]
    guard labels.count == 1, let label = labels.first else {
      throw ServerError(.unprocessableContent, "the correction has \(labels.count) pages: give one")
    }
    guard (label.height, label.width) == (wanted.height, wanted.width) else {
      throw ServerError(
        .unprocessableContent,
        "the correction is \(label.height)×\(label.width), the image \(wanted.height)×\(wanted.width): give one of its size"
      )
    }
    let known = UInt32(classes)
    if classes > 2, let other = label.numbers.first(where: { $0 >= known && $0 != LabelKind.unknownClass }) {
      throw ServerError(
        .unprocessableContent,
        "the correction has class \(other), the model \(classes), from 0: 255 is unknown")
    }
    let name = "\(image.name)-\(image.id.prefix(8))" + (image.file.pages.count > 1 ? "-page\(page)" : "")
    let (images, truth) = (Path.join(folder, "images"), Path.join(folder, "labels"))
    for folder in [images, truth] { try Files.makeFolder(folder) }
    let paths = (image: Path.join(images, "\(name).tif"), labels: Path.join(truth, "\(name).tif"))
    try ImageFile.write([try image.file.image(page: page)], to: paths.image)
    try ImageFile.write([picture(label)], to: paths.labels)
    let count = try Files.names(in: truth).count { !$0.hasPrefix(".") }
    return Saved(
      image: "corrections/images/\(name).tif", labels: "corrections/labels/\(name).tif", count: count)
  }

  /// The labels as a training reads them.
  private func picture(_ label: LabelImage) -> Image {
    let isForeground = label.numbers.map { $0 != 0 }
    let numbers: [Float]
    switch kind {
    case .classes: numbers = classes > 2 ? label.numbers.map(Float.init) : isForeground.map { $0 ? 1 : 0 }
    case .membranes: numbers = isForeground.map { $0 ? 255 : 0 }
    case .instances:
      numbers = instances(of: isForeground, height: label.height, width: label.width).ids.map(Float.init)
    }
    let largest = numbers.max() ?? 0
    return Image(
      height: label.height, width: label.width, channels: 1,
      format: largest > 65_535 ? .float32 : largest > 255 || kind == .instances ? .uint16 : .uint8,
      pixels: numbers)
  }
}
