import UNetData
import UNetFiles
import UNetImages
import UNetNumerics
import UNetPrediction
import UNetRuntime
import UNetSegmentation
import UNetWork

/// Segments what clients bring, one image after the other, and keeps what the models said of the last ones.
actor SegmentationDesk {
  private nonisolated let queue = WorkQueue("segmentation")
  nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

  private let settings: ServerSettings
  private let isCancelled: @Sendable () -> Bool
  /// What segments, once it is loaded.
  private struct Loaded {
    let segment: (_ path: String, _ name: String) throws -> SegmentedFile
    let options: SegmentationOptions
    let corrections: Corrections
  }
  private var loaded: Loaded?
  /// In the order in which they were asked for.
  private var images: [StoredImage] = []
  private var results = 0

  init(_ settings: ServerSettings, isCancelled: @escaping @Sendable () -> Bool) {
    (self.settings, self.isCancelled) = (settings, isCancelled)
  }

  /// Loads the models, and says what they are.
  /// - Throws: what `open` throws, `SegmentationError`, the errors of the backend.
  func begin(
    _ open: @Sendable () throws -> (models: [Model], options: [SegmentationOptions], backend: any Backend)
  ) throws -> ServedModel {
    func load<B: Backend>(_ models: [Model], _ options: [SegmentationOptions], _ backend: B) throws
      -> ServedModel
    {
      let ensemble = try Ensemble(models, options: options, on: backend)
      let observer = WorkObserver<Segmentation.Progress>(isCancelled: isCancelled)
      let largest = settings.largestImage
      loaded = Loaded(
        segment: { try SegmentedFile($0, called: $1, by: ensemble, largest: largest, observer: observer) },
        options: ensemble.options,
        corrections: Corrections(settings, kind: models[0].kind, classes: models[0].network.classes))
      return ServedModel(models, ensemble.options, device: backend.name)
    }
    let (models, options, backend) = try open()
    return try load(models, options, backend)
  }

  /// An upload, segmented unless it is there already.
  /// - Throws: `ServerError`, `DataError`, `FileError`, `Interrupted`.
  func add(_ upload: Upload, name: String) throws -> StoredImage.Description {
    try added(upload, StoredImage.safeName(name)).description
  }

  /// A result of an upload, in one go.
  /// - Throws: as `add` and `result` do.
  func add(_ upload: Upload, name: String, then output: SegmentationOutput, _ query: Query) throws -> SentFile
  {
    try result(output, of: added(upload, StoredImage.safeName(name)), query)
  }

  private func added(_ upload: Upload, _ name: String) throws -> StoredImage {
    if let known = touched(upload.id) { return known }
    let image = StoredImage(upload, name: name, file: try segmented(upload.path, name))
    images.append(image)
    while images.count > 1,
      images.reduce(0, { $0 + $1.bytes }) > settings.kept || images.count > settings.images
    {
      images.removeFirst()
    }
    return image
  }

  private func segmented(_ path: String, _ name: String) throws -> SegmentedFile {
    do { return try current.segment(path, name) } catch let error as DataError {
      // The name of our own file says nothing to a client.
      throw ServerError(.unprocessableContent, "the upload \(error.problem)")
    }
  }

  /// - Throws: `ServerError` without a model.
  private var current: Loaded {
    get throws {
      guard let loaded else { throw Self.noModel }
      return loaded
    }
  }

  static let noModel = ServerError(
    .conflict, "no model is served: start the server with one, such as runs/cells/model.safetensors")

  private func touched(_ id: String) -> StoredImage? {
    guard let at = images.firstIndex(where: { $0.id == id }) else { return nil }
    images.append(images.remove(at: at))
    return images[images.count - 1]
  }

  /// - Throws: `ServerError` where it is not there any more.
  private func image(_ id: String) throws -> StoredImage {
    guard let image = touched(id) else {
      throw ServerError(.notFound, "there is no image '\(id.prefix(40))', or not any more: upload it again")
    }
    return image
  }

  private func checked(_ page: Int, of image: StoredImage) throws -> Int {
    guard page < image.file.pages.count else {
      throw ServerError(.badRequest, "page \(page): the image has \(image.file.pages.count), counted from 0")
    }
    return page
  }

  /// What is there.
  var descriptions: [StoredImage.Description] { images.map(\.description) }

  func description(of id: String) throws -> StoredImage.Description { try image(id).description }

  func remove(_ id: String) throws {
    _ = try image(id)
    images.removeLast()
  }

  /// A result, to be sent once; and the name to save it under.
  /// - Throws: `ServerError`, `DataError`, `ConfigurationError`, `FileError`.
  func result(_ output: SegmentationOutput, of id: String, _ query: Query) throws -> SentFile {
    try result(output, of: image(id), query)
  }

  private func result(_ output: SegmentationOutput, of image: StoredImage, _ query: Query) throws -> SentFile
  {
    let page = try query.number("page").map { try checked($0, of: image) }
    let chosen = try query.options(current.options)
    let name = image.name + (page.map { image.file.pages.count > 1 ? "-page\($0)" : "" } ?? "")
    return try made { folder in
      try image.file.write(output, page: page, chosen, name: name, in: folder)
    }
  }

  /// A picture of a page.
  /// - Throws: `ServerError`, `ConfigurationError`, `FileError`.
  func picture(_ picture: SegmentedFile.Picture, of id: String, _ query: Query) throws -> SentFile {
    let image = try image(id)
    let page = try checked(try query.number("page") ?? 0, of: image)
    let kind = try kind(query)
    let chosen = try query.options(current.options)
    return try made { folder in
      let path = Path.join(folder, "picture.png")
      try image.file.write(picture, page: page, of: kind, chosen, to: path)
      return path
    }
  }

  private func kind(_ query: Query) throws -> UInt8 {
    let kind = try query.number("class") ?? 1
    let classes = try current.corrections.classes
    guard (1..<classes).contains(kind) else {
      throw ServerError(.badRequest, "class \(kind): give one from 1 to \(classes - 1)")
    }
    return UInt8(kind)
  }

  /// A file that is made in a folder of its own, and gone once it was sent.
  private func made(_ make: (String) throws -> String) throws -> SentFile {
    results += 1
    let folder = Path.join(settings.work, "\(ServerSettings.resultPrefix)\(results)")
    try Files.makeFolder(folder)
    defer { Files.removeFolder(folder) }
    return try SentFile(taking: try make(folder))
  }

  /// Saves labels of a page beside the image, for the next training; gives the names of both files.
  /// - Throws: `ServerError`, `DataError`, `FileError`.
  func correct(_ id: String, _ query: Query, labels upload: Upload) throws -> Corrections.Saved {
    let image = try image(id)
    let page = try checked(try query.number("page") ?? 0, of: image)
    let corrections = try correcting
    let labels: [LabelImage]
    do {
      let (file, wanted) = (try PageFile(upload.path), image.file.pages[page])
      // Before a pixel of it is read.
      if let pixels = file.knownPixels, pixels != wanted.height * wanted.width {
        throw ServerError(
          .unprocessableContent,
          "the correction has \(pixels) pixels, the image is \(wanted.height)×\(wanted.width): give one of its size"
        )
      }
      file.splitPlanes()
      labels = try file.labels()
    } catch let error as DataError {
      throw ServerError(.unprocessableContent, "the correction \(error.problem)")
    }
    return try corrections.save(labels, of: image, page: page)
  }

  /// Where corrections go.
  /// - Throws: `ServerError` without a model.
  var correcting: Corrections { get throws { try current.corrections } }

  private enum Beginning: String, CaseIterable { case model }

  /// What correcting a page begins with, as an array of NumPy: labels that were saved, else what the model says.
  /// - Throws: `ServerError`, `ConfigurationError`, `DataError`, `FileError`.
  func beginning(of id: String, _ query: Query) throws -> (bytes: [UInt8], isSaved: Bool) {
    let image = try image(id)
    let page = try checked(try query.number("page") ?? 0, of: image)
    let corrections = try correcting
    let isFromModel = try query["from"].map { try Query.word($0, [Beginning.model]) } != nil
    let saved = isFromModel ? nil : try corrections.saved(image, page: page)
    let labels =
      try saved
      ?? image.file.labels(
        page: page, asInstances: corrections.kind == .instances, try query.options(current.options))
    let shape = [image.file.pages[page].height, image.file.pages[page].width]
    return (
      NPYArray.bytes(labels.map(\.littleEndian).withUnsafeBytes(Array.init), type: "<u4", shape: shape),
      saved != nil
    )
  }
}
