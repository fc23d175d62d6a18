import Hummingbird
import Logging
import UNetWork

/// What holds for every request: who may ask, how errors are told, and what browsers may do with the answers.
struct Guard<Context: RequestContext>: RouterMiddleware {
  let settings: ServerSettings
  let logger: Logger

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    var response: Response
    do {
      try check(request)
      response = try await next(request, context)
    } catch {
      let told = ServerError(error)
      // What is the server's own fault, its owner should see.
      if told.status.code >= 500, told.status != .serviceUnavailable {
        logger.error("\(request.method.rawValue) \(request.uri.path): \(error)")
      }
      response = told.response
    }
    response.headers[.xContentTypeOptions] = "nosniff"
    response.headers[.contentSecurityPolicy] =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
      + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    response.headers[.cacheControl] = "no-store"
    return response
  }

  /// A page of another site may neither read what is here under a name that it makes lead to this computer, nor change it.
  private func check(_ request: Request) throws {
    guard !request.headers.contains(where: { $0.name.canonicalName == "host" }) else {
      throw ServerError(.badRequest, "a request has one Host")
    }
    let host = request.head.authority ?? ""
    let hosts = settings.origins.map { $0.split(separator: "/").last.map(String.init) ?? "" }
    if !settings.isOpen, !Self.isOfThisComputer(host), !hosts.contains(host) {
      throw ServerError(
        .forbidden,
        "the server answers to localhost and 127.0.0.1 alone: behind another server start it with --origin https://NAME"
      )
    }
    guard ![.get, .head].contains(request.method), let origin = request.headers[.origin] else { return }
    guard ["http://\(host)", "https://\(host)"].contains(origin) || settings.origins.contains(origin) else {
      throw ServerError(
        .forbidden,
        "a page of another site may not send this: if \(origin.prefix(100)) is this server's, start it with --origin \(origin.prefix(100))"
      )
    }
  }

  private static func isOfThisComputer(_ authority: String) -> Bool {
    guard let match = authority.wholeMatch(of: /(?:\[(?<six>[^\]]*)\]|(?<name>[^:]*))(?::[0-9]*)?/) else {
      return false
    }
    return ServerSettings.isLoopback(String(match.six ?? match.name ?? ""))
  }
}
