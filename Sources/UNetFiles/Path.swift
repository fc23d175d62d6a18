import Glibc

/// Parts of paths, as texts.
package enum Path {
  /// The last part: `t007.tif` of `frames/t007.tif`.
  package static func name(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? ""
  }

  /// The name without folder and ending: `t007` of `frames/t007.tif` and of `t007.ome.zarr`.
  package static func stem(_ path: String) -> String {
    let name = name(path)
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
    let stem = String(name[..<dot])
    // OME-Zarr has two.
    let isOME = name[dot...].lowercased() == ".zarr" && stem.lowercased().hasSuffix(".ome") && stem.count > 4
    return isOME ? String(stem.dropLast(4)) : stem
  }

  /// The ending in small letters, without its dot: `tif` of `frames/T007.TIF`; empty where there is none.
  package static func ending(_ path: String) -> String {
    let name = name(path)
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return "" }
    return name[name.index(after: dot)...].lowercased()
  }

  /// The folder of a file: `frames` of `frames/t007.tif`, `.` of a name alone.
  package static func folder(of path: String) -> String {
    let whole = path.dropLast(while: { $0 == "/" })
    guard let slash = whole.lastIndex(of: "/") else { return path.hasPrefix("/") ? "/" : "." }
    let folder = whole[..<slash].dropLast(while: { $0 == "/" })
    return folder.isEmpty ? "/" : String(folder)
  }

  /// `name` in `folder`.
  package static func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }

  /// The ends of paths, each of as many parts as tell all of them apart: their names, or `plate1/t007.tif`.
  package static func apart(_ paths: [String]) -> [String] {
    let parts = paths.map { $0.split(separator: "/") }
    let (most, all) = (parts.map(\.count).max() ?? 1, Set(paths).count)
    let ends = (1...max(1, most)).lazy.map { count in parts.map { $0.suffix(count).joined(separator: "/") } }
    return ends.first { Set($0).count == all } ?? paths
  }

  /// The path without links and `..`, by which files are told apart; what is not there yet keeps its name.
  package static func real(_ path: String) -> String {
    if let resolved = realpath(path, nil) {
      defer { free(resolved) }
      return String(cString: resolved)
    }
    let folder = folder(of: path)
    return folder == path ? path : join(real(folder), name(path))
  }

  /// A line for people: what a file names may hold characters that steer a terminal or end a line, which are written as
  /// `\u{1B}`.
  package static func shown(_ line: String) -> String {
    line.unicodeScalars.map { scalar in
      let steers = scalar.properties.generalCategory == .control && scalar != "\t"
      return steers ? "\\u{\(String(scalar.value, radix: 16, uppercase: true))}" : String(scalar)
    }.joined()
  }

  /// A word of a command that can be copied into a shell.
  package static func quoted(_ word: String) -> String {
    let isPlain = word.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || $0.properties.numericType != nil
        || "_-./+=:,@%".unicodeScalars.contains($0)
    }
    return isPlain && !word.isEmpty
      ? word : "'" + word.map { $0 == "'" ? "'\\''" : String($0) }.joined() + "'"
  }

  /// Where the links that stand at `path` lead; what is there may be missing.
  package static func followed(_ path: String) -> String {
    var path = path
    // As many as the system follows: of more, or of a circle, it will say so itself.
    for _ in 0..<40 {
      var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
      let count = readlink(path, &bytes, bytes.count)
      guard count > 0 else { break }
      let link = String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      path = link.hasPrefix("/") ? link : join(folder(of: path), link)
    }
    return path
  }
}

extension StringProtocol {
  fileprivate func dropLast(while isDropped: (Character) -> Bool) -> SubSequence {
    self[..<(lastIndex { !isDropped($0) }.map { index(after: $0) } ?? startIndex)]
  }
}
