import UNetData
import UNetFiles
import UNetImages
import UNetNumerics

extension Experiment.SyntheticPictures {
  /// What the labels mean.
  package var labelKind: LabelKind { kind == .membranes ? .membranes : .instances }

  /// The pictures of these numbers with their labels.
  func pictures(_ numbers: [Int]) throws -> [(image: Image, labels: Image)] {
    let (kind, size, first) = (kind, size, UInt64(seed))
    return try interruptibleMap(numbers.map { UInt64($0) }) { number in
      switch kind {
      case .membranes: return Synthetic.membranes(size: size, seed: first + number)
      case .cells:
        let (image, instances) = Synthetic.cells(size: size, seed: first + number)
        return (image, instances)
      }
    }
  }

  /// The pictures of these numbers with their labels at `scale` times the resolution as frames, touching instances parted
  /// by `gap` pixels.
  func frames(_ numbers: [Int], gap: Int, scale: Double) throws -> [Frame] {
    try zip(numbers, try pictures(numbers)).map { number, picture in
      let name = "\(kind.rawValue)-\(number)"
      let labels = LabelImage(picture.labels)
      let annotation = try Annotation(labels.rescaled(by: scale), .init(labelKind), gap: gap, file: name)
      return Frame(
        name: name, file: name, page: number, image: picture.image, scale: scale, annotation: annotation)
    }
  }

  /// Writes the stacks `images.tif` and `labels.tif` into `folder`, which is made where it is missing; `asFiles` in their place
  /// folders `images` and `labels` with a PNG for each.
  /// - Returns: the two files or folders.
  /// - Throws: `OutputError` where one is there and not to be overwritten; `FileError`.
  package func write(to folder: String, asFiles: Bool = false, overwrite: Bool) throws -> (
    images: String, labels: String
  ) {
    let (images, labels) = ("\(folder)/images", "\(folder)/labels")
    let digits = max(2, "\(count - 1)".count)
    let names = (0..<count).map { number in
      let text = "\(number)"
      return String(repeating: "0", count: digits - text.count) + text + ".png"
    }
    let paths =
      asFiles
      ? [images, labels].map { side in names.map { "\(side)/\($0)" } }
      : [["\(images).tif"], ["\(labels).tif"]]
    try Outputs(overwrite: overwrite).check(paths.flatMap(\.self))
    for folder in asFiles ? [images, labels] : [folder] { try Files.makeFolder(folder) }
    let pictures = try pictures(Array(0..<count))
    for (paths, pages) in zip(paths, [pictures.map(\.image), pictures.map(\.labels)]) {
      let files = asFiles ? pages.map { [$0] } : [pages]
      for (path, pages) in zip(paths, files) { try ImageFile.write(pages, to: path, replacing: overwrite) }
    }
    return asFiles ? (images, labels) : ("\(images).tif", "\(labels).tif")
  }
}
