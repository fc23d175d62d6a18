import UNetFiles
import UNetImages
import UNetNumerics

/// An image and its labels as the files have them.
package struct LabelledPage: Sendable {
  /// The image's name: that of its file without the ending.
  package let name: String
  /// The image's file, and the labels', or the folder of the files of its objects.
  package let file: String, labelFile: String
  /// By which keys of an experiment name it: the page in a single file, from 0; the number of the file in a sequence
  /// (`PageNumbers`); of several files of which some have several pages, the place among the pages of all, from 0.
  package internal(set) var page: Int
  /// The page in its file, from 0, where the file has several; of a file of which several parts are read, the part.
  package internal(set) var pageInFile: Int?
  /// What of the image it is, where parts are read, and of which of its pages.
  package let region: ImageRegion?, sourcePage: Int
  /// The picture.
  package internal(set) var image: Image
  /// Whether the file has it in colour, though its values are grey.
  let isGreyPalette: Bool
  /// Micrometres a pixel; nil where the file does not say.
  let pixelSize: Double?
  /// Its labels.
  package let labels: LabelImage
  /// How many different numbers they have besides 0.
  var numberCount = 0

  /// Whether both are parts of one image that have pixels in common.
  package func overlaps(_ other: LabelledPage) -> Bool {
    guard let region, let own = other.region, Path.real(file) == Path.real(other.file) else { return false }
    return sourcePage == other.sourcePage && region.rows.overlaps(own.rows)
      && region.columns.overlaps(own.columns)
  }

  /// The file, with the part or the page where it has several.
  package var place: String {
    region.map { "\(file) part \($0)" } ?? pageInFile.map { "\(file) page \($0)" } ?? file
  }
}

extension FilePair {
  /// The pages of the pair, those of one part after those of the other, and pixels that several of its objects claim.
  /// - Throws: `DataError` where counts or sizes differ; errors of reading.
  func read(_ parts: ImageParts) throws -> (pages: [LabelledPage], overlap: Int) {
    let read = try parts.views(of: images[0]).map { try self.read(parts, $0) }
    var pages = read.flatMap(\.pages)
    if read.count > 1 {
      for at in pages.indices {
        pages[at].pageInFile = at
        pages[at].page = number ?? at
      }
    }
    return (pages, read.reduce(0) { $0 + $1.overlap })
  }

  private func read(_ parts: ImageParts, _ view: SlideView) throws -> (pages: [LabelledPage], overlap: Int) {
    let file = try PageFile(channels: self.images, view: view)
    let first = view == SlideView() ? nil : try file.page(0)
    let numbers =
      try first.map { try parts.labels(self.labels[0], of: $0, self.images[0]) } ?? PageFile(self.labels[0])
    PageFile.matchPlanes(of: [file], to: numbers)
    let images = try (0..<file.count).map { try file.count == 1 ? first ?? file.page($0) : file.page($0) }
    let (labels, overlap) = try labels.count > 1 ? objects(view) : (wholeLabels(numbers), 0)
    guard images.count == labels.count else {
      if self.labels.count > 1 {
        throw DataError(
          self.images[0],
          "has \(images.count) pages, and \(self.labels.count) files of labels, \(Path.name(self.labels[0])) the first, which are "
            + "taken for an object each of one image: give one file with a label page for each image")
      }
      throw DataError(
        self.labels[0],
        "has \(counted(labels.count, "page")), \(self.images[0]) \(images.count): "
          + "give one label page for each image"
          + (images.count == 1 ? "; if each page is a class, one page with the numbers of the classes" : ""))
    }
    let labelFile = self.labels.count > 1 ? Path.folder(of: self.labels[0]) : self.labels[0]
    let pages = try images.indices.map { at in
      let (image, label) = (images[at], labels[at])
      guard (image.height, image.width) == (label.height, label.width) else {
        throw DataError(
          self.labels[0],
          "is \(label.height)×\(label.width) in page \(at), \(self.images[0]) \(image.height)×\(image.width): "
            + "give labels of the image's size")
      }
      return LabelledPage(
        name: name, file: self.images[0], labelFile: labelFile, page: number ?? at,
        pageInFile: images.count > 1 ? at : nil, region: view.region, sourcePage: at, image: image.image(),
        isGreyPalette: image.rows.isGreyPalette, pixelSize: image.metadata.pixelSize, labels: label)
    }
    return (pages, overlap)
  }

  /// The pages of a file of labels.
  private func wholeLabels(_ file: PageFile) throws -> [LabelImage] {
    do {
      return try file.labels()
    } catch let error as DataError {
      throw error.asking(ifSwapped: "images and labels", images[0])
    }
  }

  /// The objects of a folder of masks as labels of one page, numbered from 1 in the order of their files.  A pixel that
  /// several claim belongs to the smallest of them, since a larger one would hide it.
  package func objects(_ view: SlideView = SlideView()) throws -> (labels: [LabelImage], overlap: Int) {
    guard view == SlideView() else {
      throw DataError(
        labels[0],
        "is one of several files of labels of an image of which a part is read: give one file of labels")
    }
    let masks = try labels.map { file in
      let pages = try PageFile.labels(of: file)
      guard pages.count == 1, let mask = pages.first else {
        throw DataError(file, "has \(pages.count) pages: a folder of masks has one object a file")
      }
      let numbers = Set(mask.numbers).subtracting([0])
      guard numbers.count <= 1 else {
        throw DataError(
          file,
          "holds \(numbers.count) numbers: of the masks of one image each holds one object, 0 and one other number"
        )
      }
      return mask
    }
    for (file, mask) in zip(labels, masks)
    where (mask.height, mask.width) != (masks[0].height, masks[0].width) {
      throw DataError(
        file,
        "is \(mask.height)×\(mask.width), \(labels[0]) \(masks[0].height)×\(masks[0].width): "
          + "give masks of the image's size")
    }
    let (numbers, overlap) = objectNumbers(masks)
    return ([LabelImage(height: masks[0].height, width: masks[0].width, numbers: numbers)], overlap)
  }
}

/// The number of the object of each pixel, from 1, and how many pixels several objects claim.
private func objectNumbers(_ masks: [LabelImage]) -> (numbers: [UInt32], overlap: Int) {
  let areas = masks.map { mask in mask.numbers.lazy.filter { $0 != 0 }.count }
  var numbers = [UInt32](repeating: 0, count: masks[0].numbers.count)
  var claimed = [Bool](repeating: false, count: numbers.count)
  for object in masks.indices.sorted(by: { (areas[$0], $0) > (areas[$1], $1) }) {
    for (at, number) in masks[object].numbers.enumerated() where number != 0 {
      claimed[at] = claimed[at] || numbers[at] != 0
      numbers[at] = UInt32(object + 1)
    }
  }
  return (numbers, claimed.lazy.filter(\.self).count)
}
