import Foundation
import Testing
import UNetImages

/// A folder of its own for a test's files, removed afterwards.
func withFolder<T>(_ body: (String) throws -> T) throws -> T {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

/// Puts bytes into a file of `folder` and returns its path.
func file(_ name: String, in folder: String, _ bytes: [UInt8]) throws -> String {
  let path = "\(folder)/\(name)"
  try FileManager.default.createDirectory(
    atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
  try Data(bytes).write(to: URL(fileURLWithPath: path))
  return path
}

/// A grey picture of these values.
func grey(_ height: Int, _ width: Int, _ format: Image.Format = .uint8, _ value: (Int) -> Float) -> Image {
  Image(height: height, width: width, format: format, pixels: (0..<height * width).map(value))
}

/// Writes a picture below `folder`, making folders on the way, and returns its path.
@discardableResult
func put(_ images: [Image], _ name: String, in folder: String) throws -> String {
  let path = "\(folder)/\(name)"
  try FileManager.default.createDirectory(
    atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
  try ImageFile.write(images, to: path)
  return path
}

/// The text of the error that `body` throws, without the folder; "" if it throws none.
func complaint(in folder: String = "", _ body: () throws -> Void) -> String {
  do {
    try body()
    return ""
  } catch {
    return "\(error)".replacingOccurrences(of: folder + "/", with: "")
  }
}
