import Foundation

/// The text of the error that `body` throws, without the folder; "" if it throws none.
package func complaint(in folder: TemporaryFolder? = nil, _ body: () throws -> Void) -> String {
  do {
    try body()
    return ""
  } catch {
    guard let folder else { return "\(error)" }
    return "\(error)".replacingOccurrences(of: folder.path + "/", with: "")
  }
}
