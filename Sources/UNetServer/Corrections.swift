import UNetData
import UNetFiles
import UNetImages

/// Images with labels that people have corrected: a folder that `unet plan` and `unet train` read.
///
/// Its folders `images` and `labels` have files of one name.  Models whose labels mean other things have folders of their own.
struct Corrections: Sendable {
  private let settings: ServerSettings
  let kind: LabelKind
  let classes: Int

  init(_ settings: ServerSettings, kind: LabelKind, classes: Int) {
    (self.settings, self.kind, self.classes) = (settings, kind, classes)
  }

  /// The folder, as the server was given it.
  var folder: String {
    Path.join(settings.corrections, kind == .classes ? "classes-\(classes)" : kind.rawValue)
  }
  private var images: String { Path.join(folder, "images") }
  private var labels: String { Path.join(folder, "labels") }

  /// How many images it has.
  /// - Throws: `FileError`.
  var count: Int {
    get throws {
      guard Files.isFolder(labels) else { return 0 }
      return try Files.names(in: labels).count { !$0.hasPrefix(".") }
    }
  }

  /// The name of both files of a page: that of the file which is there, whatever its image was called then.
  private func name(_ image: StoredImage, _ page: Int) -> String {
    let end = "-\(image.id.prefix(8))\(image.file.pages.count > 1 ? "-page\(page)" : "").tif"
    let known = ((try? Files.names(in: labels)) ?? []).first { $0.hasSuffix(end) && !$0.hasPrefix(".") }
    return known ?? image.name + end
  }

  /// What was written.
  struct Saved: Encodable, Sendable {
    /// The files as the server was given their folder.
    let image: String, labels: String
    /// How many corrected images there are now.
    let count: Int
  }

  /// The labels that were saved of a page, `[H, W]`; nil where none were.
  /// - Throws: `DataError`, `FileError`.
  func saved(_ image: StoredImage, page: Int) throws -> [UInt32]? {
    let path = Path.join(labels, name(image, page))
    guard Files.exists(path) else { return nil }
    let label = try PageFile.labels(of: path)[0]
    let wanted = image.file.pages[page]
    guard (label.height, label.width) == (wanted.height, wanted.width) else { return nil }
    // Membranes are written as a mask.
    return kind == .membranes ? label.numbers.map { min($0, 1) } : label.numbers
  }

  /// Writes the page and its labels, in place of earlier ones of this page.
  ///
  /// Of two classes every number but 0 is foreground, and 255 unknown where labels are classes.  Several numbers of instances are
  /// kept; of a single one each 4-connected region becomes an instance.
  /// - Throws: `ServerError` where the labels do not fit; `FileError`.
  func save(_ found: [LabelImage], of image: StoredImage, page: Int) throws -> Saved {
    let wanted = image.file.pages[page]
    guard found.count == 1, let label = found.first else {
      throw ServerError(.unprocessableContent, "the correction has \(found.count) pages: give one")
    }
    guard (label.height, label.width) == (wanted.height, wanted.width) else {
      throw ServerError(
        .unprocessableContent,
        "the correction is \(label.height)×\(label.width), the image \(wanted.height)×\(wanted.width): give one of its size"
      )
    }
    let numbers = try numbers(label)
    let stored = try image.file.stored(page: page)
    for folder in [images, labels] { try Files.makeFolder(folder) }
    let paths = (image: Path.join(images, name(image, page)), labels: Path.join(labels, name(image, page)))
    let largest = numbers.max() ?? 0
    let picture = Image(
      height: label.height, width: label.width, channels: 1,
      format: largest > 65_535 ? .float32 : kind == .instances ? .uint16 : .uint8,
      pixels: numbers.map { Float($0) })
    // Both are whole before either has its name.
    let files = [
      try ImageFile.begun(stored.image(), stored.metadata, to: paths.image),
      try ImageFile.begun(picture, stored.metadata, to: paths.labels),
    ]
    let hadImage = Files.exists(paths.image)
    try files[0].close()
    do { try files[1].close() } catch {
      if !hadImage { Files.remove(paths.image) }
      throw error
    }
    return Saved(image: paths.image, labels: paths.labels, count: try count)
  }

  /// The labels as a training reads them.
  private func numbers(_ label: LabelImage) throws -> [UInt32] {
    switch kind {
    case .membranes: return label.numbers.map { $0 == 0 ? 0 : 255 }
    case .instances:
      let ids = Set(label.numbers).subtracting([0]).sorted()
      guard ids.count < 2 else {
        // From 1, which 16 bits mostly hold.
        guard ids.last ?? 0 > 65_535 else { return label.numbers }
        let new = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, UInt32($0 + 1)) })
        return label.numbers.map { new[$0] ?? 0 }
      }
      let isCell = label.numbers.map { $0 != 0 }
      return instances(of: isCell, height: label.height, width: label.width).ids.map { UInt32($0) }
    case .classes:
      let (known, unknown) = (UInt32(classes), LabelKind.unknownClass)
      guard classes > 2 else { return label.numbers.map { $0 == unknown ? unknown : min($0, 1) } }
      if let other = label.numbers.first(where: { $0 >= known && $0 != unknown }) {
        throw ServerError(
          .unprocessableContent,
          "the correction has class \(other), the model \(classes), from 0: 255 is unknown")
      }
      return label.numbers
    }
  }
}
