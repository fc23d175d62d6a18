import UNetFiles

/// Compiled programs on disk, in a folder that the user may have named.
///
/// What cannot be read or written is compiled anew: a cache never makes a run fail.
///
/// PoCL keeps a cache of its own, and asked for a program's binary it compiles every kernel a second time, for ranges of
/// any kind; so nothing is kept for it unless that is asked for.
struct BinaryCache: Sendable {
  /// Whether a program that is compiled is there again next time, by us or by the driver.
  let isKept: Bool
  private let folder: String?
  private let deviceKey: String

  init(_ device: DeviceDescription, _ settings: DriverSettings) {
    let keepsItself = device.platform == "Portable Computing Language"
    folder = settings.keepsAll || !keepsItself ? settings.programs : nil
    isKept = keepsItself || folder != nil
    deviceKey = [device.name, device.platform, device.version, device.driver].joined(separator: "\n")
  }

  /// The place of a program; nil where none is kept.
  func entry(source: String, options: String) -> Entry? {
    folder.map { Entry(folder: $0, key: [deviceKey, options, source].joined(separator: "\n")) }
  }

  /// One program: a file named by the SHA-256 of its key, which opens with that of key and binary.  A driver need not
  /// bear a binary that is cut short or another's: PoCL ends the process.
  struct Entry {
    private let folder: String, key: String

    fileprivate init(folder: String, key: String) { (self.folder, self.key) = (folder, Digest.sha256(key)) }

    private var file: String { Path.join(folder, "\(key).bin") }
    private func seal(_ binary: [UInt8]) -> [UInt8] { Array(Digest.sha256(Array(key.utf8) + binary).utf8) }

    func read() -> [UInt8]? {
      guard let bytes = try? FileReader.bytes(of: file) else { return nil }
      let binary = Array(bytes.dropFirst(key.utf8.count))
      return !binary.isEmpty && bytes.starts(with: seal(binary)) ? binary : nil
    }

    func write(_ binary: [UInt8]) {
      guard !binary.isEmpty, (try? Files.makeFolder(folder)) != nil else { return }
      try? AtomicFile.write(to: file) { try $0.write(seal(binary) + binary) }
    }
  }
}
