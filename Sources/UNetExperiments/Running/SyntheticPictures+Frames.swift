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

  /// Writes the stacks `images.tif` and `labels.tif` into `folder`, which is made where it is missing.
  /// - Returns: the two files.
  /// - Throws: `OutputError` where one is there and not to be overwritten; `FileError`.
  package func write(to folder: String, overwrite: Bool) throws -> (images: String, labels: String) {
    let (images, labels) = ("\(folder)/images.tif", "\(folder)/labels.tif")
    try Outputs(overwrite: overwrite).check([images, labels])
    try Files.makeFolder(folder)
    let pictures = try pictures(Array(0..<count))
    try ImageFile.write(pictures.map(\.image), to: images, replacing: overwrite)
    try ImageFile.write(pictures.map(\.labels), to: labels, replacing: overwrite)
    return (images, labels)
  }
}
