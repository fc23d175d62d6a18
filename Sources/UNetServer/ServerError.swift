import Glibc
import Hummingbird
import UNetConfiguration
import UNetFiles
import UNetImages
import UNetPrediction
import UNetWork

/// A request that gets no result, and why.
struct ServerError: Error {
  let status: HTTPResponse.Status
  /// What is wrong, and the remedy.
  let problem: String

  init(_ status: HTTPResponse.Status, _ problem: String) { (self.status, self.problem) = (status, problem) }

  /// What any error means to a client.
  init(_ error: any Error) {
    self =
      switch error {
      case let error as ServerError: error
      case let error as HTTPError: .init(error.status, error.body ?? Self.words(error.status))
      // Names of the server's own files say nothing to a client.
      case let error as DataError: .init(.unprocessableContent, "the image or its labels: \(error.problem)")
      case let error as SegmentationError: .init(.unprocessableContent, "\(error)")
      case let error as ConfigurationError: .init(.badRequest, error.problem)
      case is Interrupted: .init(.serviceUnavailable, "the server is ending")
      case let error as FileError where [EMFILE, ENFILE, ENOMEM].contains(error.code):
        .init(.serviceUnavailable, "the server has too much open at once: try again later")
      case let error as FileError where ![ENOSPC, EDQUOT, EFBIG].contains(error.code):
        .init(.internalServerError, "the server's files: \(error.cause)")
      case let error as FileError:
        .init(.init(code: 507, reasonPhrase: "Insufficient Storage"), "the server's files: \(error.cause)")
      default: .init(.internalServerError, "the server failed")
      }
  }

  private static func words(_ status: HTTPResponse.Status) -> String {
    status == .notFound ? "there is nothing at this address: GET /openapi.json has all" : status.reasonPhrase
  }

  /// The error as JSON, `{"error": ...}`.
  var response: Response {
    var response = json(["error": problem], status)
    if status == .serviceUnavailable { response.headers[.retryAfter] = "5" }
    return response
  }
}
