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
  private var segment: ((_ path: String, _ name: String) throws -> SegmentedFile)?
  private var models: [Model] = []
  private var options = SegmentationOptions(tile: 1)
  /// In the order in which they were asked for.
  private var images: [StoredImage] = []
  private var made = 0
  /// What is served.
  private(set) var model: ServedModel?

  init(_ settings: ServerSettings, isCancelled: @escaping @Sendable () -> Bool) {
    (self.settings, self.isCancelled) = (settings, isCancelled)
  }

  /// Loads the models.
  /// - Throws: what `open` throws, `SegmentationError`, the errors of the backend.
  func begin(
    _ open: @Sendable () throws -> (models: [Model], options: [SegmentationOptions], backend: any Backend)
  )
    throws
  {
    func load<B: Backend>(_ models: [Model], _ options: [SegmentationOptions], _ backend: B) throws {
      let ensemble = try Ensemble(models, options: options, on: backend)
      let observer = WorkObserver<Segmentation.Progress>(isCancelled: isCancelled)
      let largest = settings.largestImage
      segment = { try SegmentedFile($0, called: $1, by: ensemble, largest: largest, observer: observer) }
      (self.models, self.options) = (models, ensemble.options)
      model = ServedModel(models, ensemble.options, device: backend.name)
    }
    let (models, options, backend) = try open()
    try load(models, options, backend)
  }

  /// The upload at `path`, whose digest is `id`, segmented, unless it is there already; `path` is the desk's from now on.
  /// - Throws: `ServerError`, `DataError`, `FileError`, `Interrupted`.
  func add(_ path: String, id: String, name: String) throws -> StoredImage.Description {
    if let known = touched(id) {
      Files.remove(path)
      return known.description
    }
    do {
      let name = StoredImage.safeName(name)
      images.append(StoredImage(id: id, name: name, path: path, file: try segmented(path, name)))
    } catch {
      Files.remove(path)
      throw error
    }
    while images.count > 1, images.reduce(0, { $0 + $1.file.bytes }) > settings.kept || images.count > 1000 {
      images.removeFirst()
    }
    return images[images.count - 1].description
  }

  private func segmented(_ path: String, _ name: String) throws -> SegmentedFile {
    guard let segment else { throw Self.noModel }
    do { return try segment(path, name) } catch let error as DataError {
      // The name of our own file says nothing to a client.
      throw ServerError(.unprocessableContent, "the upload \(error.problem)")
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
    let image = try image(id)
    let page = try query.number("page").map { try checked($0, of: image) }
    let chosen = try query.options(options)
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
    let chosen = try query.options(options)
    return try made { folder in
      let path = Path.join(folder, "picture.png")
      try image.file.write(picture, page: page, of: kind, chosen, to: path)
      return path
    }
  }

  private func kind(_ query: Query) throws -> UInt8 {
    let kind = try query.number("class") ?? 1
    guard let model, (1..<model.classes.count).contains(kind) else {
      throw ServerError(.badRequest, "class \(kind): give one from 1 to \((model?.classes.count ?? 2) - 1)")
    }
    return UInt8(kind)
  }

  /// A file that is made in a folder of its own, and gone once it was sent.
  private func made(_ make: (String) throws -> String) throws -> SentFile {
    made += 1
    let folder = Path.join(settings.work, "result-\(made)")
    try Files.makeFolder(folder)
    defer { Files.removeFolder(folder) }
    return try SentFile(taking: try make(folder))
  }

  /// Saves labels of a page beside the image, for the next training; gives the names of both files.
  /// - Throws: `ServerError`, `DataError`, `FileError`.
  func correct(_ id: String, _ query: Query, labels path: String) throws -> Corrections.Saved {
    let image = try image(id)
    let page = try checked(try query.number("page") ?? 0, of: image)
    guard let kind = models.first?.kind else { throw Self.noModel }
    let labels: [LabelImage]
    do { labels = try PageFile.labels(of: path) } catch let error as DataError {
      throw ServerError(.unprocessableContent, "the correction \(error.problem)")
    }
    return try Corrections(settings.corrections, kind: kind, classes: models[0].network.classes)
      .save(labels, of: image, page: page)
  }
}
