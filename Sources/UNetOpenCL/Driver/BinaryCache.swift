import class Foundation.ProcessInfo
import UNetFiles

/// Compiled programs on disk, in `kernels` of the user's cache.
///
/// What cannot be read or written is compiled anew: a cache never makes a run fail.
///
/// PoCL keeps a cache of its own, and asked for a program's binary it compiles every kernel a second time, for ranges of
/// any kind; so nothing is kept for it.
struct BinaryCache: Sendable {
  /// Whether the driver leaves keeping binaries to us.
  let isUsed: Bool
  private let folder: String
  private let deviceKey: String

  init(_ device: DeviceDescription) {
    isUsed = device.platform != "Portable Computing Language"
    folder = Path.join(UserFolder.cache.path(ProcessInfo.processInfo.environment), "kernels")
    deviceKey = [device.name, device.platform, device.version, device.driver].joined(separator: "\n")
  }

  func entry(source: String, options: String) -> Entry {
    let digest = Digest.sha256([deviceKey, options, source].joined(separator: "\n"))
    return Entry(folder: folder, file: Path.join(folder, "\(digest).bin"))
  }

  /// One program: a file named by the SHA-256 of the device, the options and the source.
  struct Entry {
    fileprivate let folder, file: String

    func read() -> [UInt8]? {
      guard let binary = try? FileReader.bytes(of: file), !binary.isEmpty else { return nil }
      return binary
    }

    func write(_ binary: [UInt8]) {
      guard !binary.isEmpty, (try? Files.makeFolder(folder)) != nil else { return }
      try? AtomicFile.write(to: file) { try $0.write(binary) }
    }
  }
}
