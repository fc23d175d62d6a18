import Glibc

/// What is there, and folders.
package enum Files {
  /// What a name leads to.
  package enum Kind: Sendable, Equatable {
    /// A file with bytes of its own, or a link to one.
    case regular
    case folder
    /// A pipe, a socket or a device.
    case special
    /// A link to nothing.
    case danglingLink
  }

  /// What is at `path`; nil where nothing is.  What the system cannot say is a file, whose opening tells why.
  package static func kind(_ path: String) -> Kind? {
    switch mode(path) {
    case S_IFREG: return .regular
    case S_IFDIR: return .folder
    case nil where exists(path): return .regular
    case nil:
      var status = stat()
      return !path.endsEarly && lstat(path, &status) == 0 ? .danglingLink : nil
    default: return .special
    }
  }

  /// Whether a file or folder is at `path`, or may be: the system does not say that none is.
  package static func exists(_ path: String) -> Bool {
    mode(path) != nil || !path.endsEarly && [EIO, ENOMEM, ESTALE, ETIMEDOUT].contains(errno)
  }

  /// What changes when a file is written: its number, size, and when that was.
  package struct Version: Equatable, Sendable {
    let number: UInt64, size: Int, seconds: Int, nanoseconds: Int
  }

  /// That of the file at `path`; nil where none is.
  package static func version(_ path: String) -> Version? {
    var status = stat()
    guard !path.endsEarly, stat(path, &status) == 0 else { return nil }
    return Version(
      number: UInt64(status.st_ino), size: Int(status.st_size), seconds: status.st_mtim.tv_sec,
      nanoseconds: status.st_mtim.tv_nsec)
  }

  /// Whether `path` leads to a folder.
  package static func isFolder(_ path: String) -> Bool { mode(path) == S_IFDIR }

  /// Makes the folder `path` and those that it lies in, where they are missing.
  /// - Throws: `FileError`.
  package static func makeFolder(_ path: String) throws {
    guard !path.endsEarly else { throw FileError(.make, path, code: EINVAL) }
    guard !path.isInOtherLetters else { throw FileError(.make, path, code: EILSEQ) }
    func make(_ folder: String) throws {
      if isFolder(folder) { return }
      let outer = Path.folder(of: folder)
      if outer != folder { try make(outer) }
      guard mkdir(folder, 0o777) == 0 || errno == EEXIST && isFolder(folder) else {
        throw FileError(.make, path, code: errno == EEXIST ? ENOTDIR : errno)
      }
    }
    try make(path)
  }

  /// The names in `folder`, in no order.
  /// - Throws: `FileError`.
  package static func names(in folder: String) throws -> [String] {
    guard !folder.endsEarly, let stream = opendir(folder) else { throw FileError(.read, folder) }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    guard errno == 0 else { throw FileError(.read, folder) }
    return names
  }

  /// What is there of the names that the glob `pattern` means, such as `frames/*.tif`, in no order.  Folders that are there
  /// as they are written, such as `well [3]/`, stand for themselves.
  /// Folders that are closed to us are passed by, as shells do.
  /// - Throws: `FileError` where the system fails.
  package static func matching(_ pattern: String) throws -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    let folder = plainFolder(of: pattern)
    let literal = folder.map { "*?[\\".contains($0) ? "\\\($0)" : "\($0)" }.joined()
    guard !pattern.endsEarly else { return [] }
    let mayGoOn: @convention(c) (UnsafePointer<CChar>?, CInt) -> CInt = { _, code in
      [EACCES, EPERM, ENOENT, ENOTDIR, ELOOP].contains(code) ? 0 : 1
    }
    switch glob(literal + pattern.dropFirst(folder.count), GLOB_NOSORT, mayGoOn, &found) {
    case 0: break
    case GLOB_NOMATCH: return []
    case GLOB_NOSPACE: throw FileError(.read, pattern, code: ENOMEM)
    default: throw FileError(.read, pattern)
    }
    return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
  }

  /// The folders of a glob that are there as they are written, up to the first that is not: `plates/` of
  /// `plates/*/well?.tif`; empty where there are none.
  package static func plainFolder(of pattern: String) -> Substring {
    var end = pattern.startIndex
    while let slash = pattern[end...].firstIndex(of: "/"), isFolder(String(pattern[...slash])) {
      end = pattern.index(after: slash)
    }
    return pattern[..<end]
  }

  /// Removes the file or the link at `path`, if one is there; never a folder.
  package static func remove(_ path: String) { if !path.endsEarly { unlink(path) } }

  /// Whether a link stands at `path`.
  package static func isLink(_ path: String) -> Bool {
    var status = stat()
    return !path.endsEarly && lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// Removes the files in the folder `path`, and the folder where it is empty then; what lies deeper stays.  Of a link the link
  /// alone goes.
  package static func removeFolder(_ path: String) {
    guard !isLink(path) else { return remove(path) }
    for name in (try? names(in: path)) ?? [] { remove(Path.join(path, name)) }
    if !path.endsEarly { rmdir(path) }
  }

  /// A digest by which a file is known again wherever it lies; of a folder that of the names and sizes in it, and of some of the files.
  /// - Throws: `FileError`.
  package static func sample(_ path: String) throws -> String {
    guard isFolder(path) else { return try Digest.sample(ofFile: path) }
    let inside = try tree(path, most: 1 << 20)
    let some = stride(from: 0, to: inside.count, by: max(1, inside.count / 64)).map { inside[$0] }
    let known = inside.map { "\($0.dropFirst(path.count)) \(version($0)?.size ?? 0)" }
    return Digest.sha256((known + (try some.map(Digest.sample))).joined(separator: "\n"))
  }

  /// The files in a folder and in those in it, in order, the first so many of them; no links to folders are followed.
  private static func tree(_ folder: String, most: Int) throws -> [String] {
    var found: [String] = []
    for name in try names(in: folder).sorted() where found.count < most {
      let path = Path.join(folder, name)
      switch kind(path) {
      case .regular: found.append(path)
      case .folder where !isLink(path): found += try tree(path, most: most - found.count)
      default: break
      }
    }
    return found
  }

  /// Removes the folder `path` with all that is in it; of links the links alone.
  package static func removeTree(_ path: String) {
    guard !isLink(path), isFolder(path) else { return remove(path) }
    for name in (try? names(in: path)) ?? [] { removeTree(Path.join(path, name)) }
    if !path.endsEarly { rmdir(path) }
  }

  /// Gives the folder `path` another place, on the same disk; a folder that is there goes where it may be replaced.
  /// - Throws: `FileError`; `OutputError` where something is there that may not be replaced.
  package static func moveFolder(_ path: String, to place: String, replacing: Bool) throws {
    guard !place.endsEarly else { throw FileError(.write, place, code: EINVAL) }
    let place = Path.followed(place)
    // A rename takes the place of an empty folder alone.
    if rename(path, place) == 0 { return }
    guard [ENOTEMPTY, EEXIST, ENOTDIR].contains(errno) else { throw FileError(.write, place) }
    guard replacing else { throw OutputError(path: place) }
    let aside = path + ".earlier"
    guard rename(place, aside) == 0, rename(path, place) == 0 else { throw FileError(.write, place) }
    removeTree(aside)
  }

  /// Gives the file `path` another place, on the same disk; a file that is there is replaced where it may be.
  /// - Throws: `FileError`; `OutputError` where something is there that may not be replaced.
  package static func moveFile(_ path: String, to place: String, replacing: Bool) throws {
    let target = try AtomicFile.destination(of: place)
    if !replacing {
      // A link takes no other file's place, on file systems that have them; a process may have ended behind it.
      if link(path, target) == 0 || areOne(path, target) { return remove(path) }
      if exists(target) { throw OutputError(path: place) }
    }
    guard rename(path, target) == 0 else { throw FileError(.write, place) }
  }

  /// The result of `work`, during which no other process is in such work in the folder `path`; each waits for the others.  On
  /// file systems without locks nobody waits.
  package static func alone<Result>(in path: String, _ work: () throws -> Result) rethrows -> Result {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    defer { if descriptor >= 0 { close(descriptor) } }
    if descriptor >= 0 { while flock(descriptor, LOCK_EX) != 0 && errno == EINTR {} }
    return try work()
  }

  /// Whether both names are those of one file.
  private static func areOne(_ path: String, _ other: String) -> Bool {
    var (one, two) = (stat(), stat())
    guard lstat(path, &one) == 0, lstat(other, &two) == 0 else { return false }
    return (one.st_dev, one.st_ino) == (two.st_dev, two.st_ino)
  }

  /// Removes what processes have left in the folder `path`, and in those in it, that ended while they wrote.
  package static func removePartials(below path: String) {
    for name in (try? names(in: path)) ?? [] {
      let inner = Path.join(path, name)
      if name.hasPrefix("."), name.hasSuffix(".partial") { remove(inner) }
      if isFolder(inner), !isLink(inner) { removePartials(below: inner) }
    }
  }

  private static func mode(_ path: String) -> mode_t? {
    var status = stat()
    return !path.endsEarly && stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }
}

extension String {
  /// Whether it has U+FFFD, which stands for what is not UTF-8: another name than the user gave.
  package var isInOtherLetters: Bool { unicodeScalars.contains("\u{FFFD}") }

  /// Whether the system would take it for a shorter path: its functions stop at a NUL.
  var endsEarly: Bool { utf8.contains(0) }
}
