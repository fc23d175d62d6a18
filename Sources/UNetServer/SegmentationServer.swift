import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import UNetFiles
import UNetOptions
import UNetPrediction
import UNetRuntime
import UNetSegmentation
import UNetWork

/// A page and an HTTP API that segment images with models, take corrections and show trainings: `unet serve`.
///
/// Everything that is written lies in the folder of the settings; no path comes from a client.
package final class SegmentationServer: Sendable {
  private let settings: ServerSettings
  private let desk: SegmentationDesk
  private let trainings: Trainings
  private let waiting = Atomic<Int>(0)
  /// What is served, once it is loaded; none without a model.
  private let model = Mutex<ServedModel?>(nil)
  private let logger: Logger
  private let isCancelled: @Sendable () -> Bool

  /// A server with these settings, which ends when `isCancelled` says so.
  package init(
    _ settings: ServerSettings, logger: Logger = .silent, isCancelled: @escaping @Sendable () -> Bool
  ) {
    (self.settings, self.logger, self.isCancelled) = (settings, logger, isCancelled)
    desk = SegmentationDesk(settings, isCancelled: isCancelled)
    trainings = Trainings(folder: settings.runs)
  }

  /// Serves until it is cancelled; `listening` is told the address once it is there.
  ///
  /// - `models`: opens what segments; nil to serve trainings alone.
  /// - Throws: what `models` throws; `FolderInUse`, `FileError`; `ConfigurationError` where the address cannot be listened at.
  package func run(
    models: (@Sendable () throws -> (models: [Model], options: [SegmentationOptions], backend: any Backend))?,
    listening: @escaping @Sendable (_ port: Int) -> Void
  ) async throws {
    if let models {
      let loaded = try await desk.begin(models)
      model.withLock { $0 = loaded }
    }
    try Files.makeFolder(settings.folder)
    let lock = try FolderLock(settings.folder)
    defer { withExtendedLifetime(lock) {} }
    // An earlier server may have been killed.
    removeWork()
    try Files.makeFolder(settings.work)
    defer { removeWork() }
    let application = Application(
      router: router(),
      server: .http1(configuration: .init(idleTimeout: .seconds(60))),
      configuration: .init(
        address: .hostname(settings.host, port: settings.port), serverName: "swift-unet",
        availableConnectionsDelegate: .maximum(settings.connections, logger: .silent)),
      onServerRunning: { listening($0.localAddress?.port ?? 0) }, logger: .silent)
    let group = ServiceGroup(configuration: .init(services: [application], logger: .silent))
    // Asked to end, it answers what is under way and takes nothing new.
    let ending = Task { [isCancelled] in
      while !isCancelled() { try await Task.sleep(for: .milliseconds(100)) }
      await group.triggerGracefulShutdown()
    }
    defer { ending.cancel() }
    do { try await group.run() } catch let error as IOError {
      throw settings.unreachable(error.errnoCode)
    } catch is SocketAddressError.UnknownHost {
      throw ConfigurationError(
        "--host", "\(settings.host) is no address of this computer: give one such as 127.0.0.1")
    }
  }

  /// Removes what an earlier server has left, or this one; never what a link leads to.
  private func removeWork() {
    if !Files.isLink(settings.work) {
      for name in (try? Files.names(in: settings.work)) ?? []
      where name.hasPrefix(ServerSettings.resultPrefix) {
        Files.removeFolder(Path.join(settings.work, name))
      }
    }
    Files.removeFolder(settings.work)
  }

  private func router() -> Router<BasicRequestContext> {
    let router = Router(options: .autoGenerateHeadEndpoints)
    router.add(middleware: Guard(settings: settings, logger: logger))
    addPage(to: router)
    addImages(to: router)
    addTrainings(to: router)
    return router
  }

  private func addPage(to router: Router<BasicRequestContext>) {
    typealias Part = (path: RouterPath, bytes: [UInt8], type: String)
    let parts: [Part] = [
      ("/", PackageResources.index_html, "text/html; charset=utf-8"),
      ("/page.css", PackageResources.page_css, "text/css; charset=utf-8"),
      ("/page.js", PackageResources.page_js, "text/javascript; charset=utf-8"),
      ("/openapi.json", PackageResources.openapi_json, "application/json"),
    ]
    for part in parts { router.get(part.path) { _, _ in content(part.bytes, part.type) } }
  }

  private func addImages(to router: Router<BasicRequestContext>) {
    let desk = desk
    router.get("/api/model") { [self] request, _ in
      _ = try Query(request, allowed: [])
      return json(try served())
    }
    router.get("/api/images") { request, _ in
      _ = try Query(request, allowed: [])
      return json(await desk.descriptions)
    }
    router.post("/api/images") { [self] request, _ in
      let query = try Query(request, allowed: ["name"])
      let upload = try await received(request)
      let made = try await waited { try await desk.add(upload, name: query["name"] ?? "image") }
      var response = json(made, .created)
      response.headers[.location] = "/api/images/\(made.id)"
      return response
    }
    router.post("/api/segment") { [self] request, _ in
      let query = try Query(request, allowed: ["name", "write"] + Query.ofResults)
      let output = try Query.word(query["write"] ?? "labels", Self.outputs)
      let upload = try await received(request)
      return Response(
        try await waited {
          try await desk.add(upload, name: query["name"] ?? "image", then: output, query)
        })
    }
    router.get("/api/images/:id") { request, context in
      _ = try Query(request, allowed: [])
      return json(try await desk.description(of: try context.parameters.require("id")))
    }
    router.delete("/api/images/:id") { request, context in
      _ = try Query(request, allowed: [])
      try await desk.remove(try context.parameters.require("id"))
      return Response(status: .noContent)
    }
    router.get("/api/images/:id/results/:word") { [self] request, context in
      let query = try Query(request, allowed: Query.ofResults)
      let output = try Query.word(try context.parameters.require("word"), Self.outputs)
      let id = try context.parameters.require("id")
      return Response(try await waited { try await desk.result(output, of: id, query) })
    }
    router.get("/api/images/:id/pictures/:word") { [self] request, context in
      let query = try Query(request, allowed: Query.ofResults + ["class"])
      let picture = try Query.word(
        try context.parameters.require("word"), SegmentedFile.Picture.allCases)
      let id = try context.parameters.require("id")
      return Response(try await waited { try await desk.picture(picture, of: id, query) })
    }
    router.get("/api/images/:id/correction") { [self] request, context in
      let query = try Query(request, allowed: Query.ofResults + ["from"])
      let id = try context.parameters.require("id")
      let (bytes, isSaved) = try await waited { try await desk.beginning(of: id, query) }
      var response = content(bytes, "application/octet-stream")
      if let name = HTTPResponse.labelsAre { response.headers[name] = isSaved ? "saved" : "model" }
      return response
    }
    router.put("/api/images/:id/correction") { [self] request, context in
      let query = try Query(request, allowed: ["page"])
      let id = try context.parameters.require("id")
      let upload = try await received(request)
      return json(try await waited { try await desk.correct(id, query, labels: upload) }, .created)
    }
  }

  /// What is made of an upload: all but raw scores, which are not kept, and masks, whose names need a number.
  private static let outputs = SegmentationOutput.allCases.filter { ![.logits, .masks].contains($0) }

  private func served() throws -> ServedModel {
    guard let model = model.withLock({ $0 }) else { throw SegmentationDesk.noModel }
    return model
  }

  /// The image that a request brings, where there is a model for it.
  private func received(_ request: Request) async throws -> Upload {
    _ = try served()
    return try await Upload(request, in: settings.work, largest: settings.largestUpload)
  }

  /// Work that waits for the device, where not too much does already.
  private func waited<Result: Sendable>(_ work: () async throws -> Result) async throws -> Result {
    defer { waiting.subtract(1, ordering: .relaxed) }
    guard waiting.add(1, ordering: .relaxed).newValue <= settings.waiting else {
      throw ServerError(
        .serviceUnavailable, "\(settings.waiting) requests are waiting already: try again later")
    }
    return try await work()
  }

  private func addTrainings(to router: Router<BasicRequestContext>) {
    let (trainings, desk, settings) = (trainings, desk, settings)
    router.get("/api/runs") { request, _ in
      _ = try Query(request, allowed: [])
      return json(try trainings.descriptions)
    }
    router.get("/api/runs/:name/curve.svg") { request, context in
      _ = try Query(request, allowed: [])
      let name = try context.parameters.require("name")
      let curve = try trainings.curve(name.removingPercentEncoding ?? name)
      return content(Array(curve.utf8), "image/svg+xml")
    }
    router.get("/api/corrections") { request, _ in
      _ = try Query(request, allowed: [])
      let corrections = try await desk.correcting
      return json(
        CorrectionsDescription(
          folder: corrections.folder, count: try corrections.count, next: try trainings.next,
          output: Path.join(settings.runs, try trainings.next)))
    }
  }
}

/// What a client is told of the corrections.
private struct CorrectionsDescription: Encodable {
  /// The folder as the server was given it, and how many images it has.
  let folder: String
  let count: Int
  /// A name that no training has, and the folder of one of this name.
  let next: String, output: String
}
