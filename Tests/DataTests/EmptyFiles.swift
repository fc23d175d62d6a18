import UNetData
import UNetTestSupport

/// Empty files, whose names alone are paired.
struct EmptyFiles {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func make(_ names: [String]) throws { for name in names { try folder.write("", name) } }

  /// The names of the labels of each image that has some.
  func pairs(_ images: [String], _ labels: [String]) throws -> [String: String] {
    try make(images.map { "images/\($0)" } + labels.map { "labels/\($0)" })
    let found = try pairedFiles(images: folder("images"), labels: folder("labels")).pairs
    return Dictionary(uniqueKeysWithValues: found.map { (name($0.images[0]), name($0.labels[0])) })
  }

  func name(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }
}
