import Hummingbird
import UNetWork

/// What holds for every request: who may ask, how errors are told, and what browsers may do with the answers.
struct Guard<Context: RequestContext>: RouterMiddleware {
  let settings: ServerSettings

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    var response: Response
    do {
      try check(request)
      response = try await next(request, context)
    } catch {
      response = ServerError(error).response
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
    let host = request.head.authority ?? ""
    if settings.isLoopback, !Self.isOfThisComputer(host) {
      throw ServerError(
        .forbidden, "the server answers to localhost and 127.0.0.1 alone; start it with --host for others")
    }
    guard ![.get, .head].contains(request.method), let origin = request.headers[.origin] else { return }
    guard origin == "http://\(host)" || origin == "https://\(host)" else {
      throw ServerError(.forbidden, "a page of another site may not send this")
    }
  }

  private static func isOfThisComputer(_ authority: String) -> Bool {
    let name =
      authority.hasPrefix("[")
      ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
    return ["localhost", "127.0.0.1", "[::1]"].contains(name.lowercased())
  }
}
