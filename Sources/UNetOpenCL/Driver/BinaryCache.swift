import Foundation

/// Compiled programs on disk, under `$XDG_CACHE_HOME/swift-unet` or `~/.cache/swift-unet`.
///
/// What cannot be read or written is compiled anew: a cache never makes a run fail.
///
/// PoCL keeps a cache of its own, and asked for a program's binary it compiles every kernel a second time, for ranges of
/// any kind; so nothing is kept for it.
struct BinaryCache: Sendable {
  /// Whether the driver leaves keeping binaries to us.
  let isUsed: Bool
  private let folder: URL
  private let deviceKey: String

  init(_ device: DeviceDescription) {
    isUsed = device.platform != "Portable Computing Language"
    let environment = ProcessInfo.processInfo.environment
    let base =
      environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : URL(fileURLWithPath: $0) }
      ?? FileManager.default.homeDirectoryForCurrentUser.appendingPathComponent(".cache")
    folder = base.appendingPathComponent("swift-unet/kernels")
    deviceKey = [device.name, device.platform, device.version, device.driver].joined(separator: "\n")
  }

  func entry(source: String, options: String) -> Entry {
    let key = [deviceKey, options, source].joined(separator: "\n")
    return Entry(folder: folder, key: Data(key.utf8))
  }

  /// One program: a file named by a hash of its key, which opens with the key itself, so that two keys with one hash
  /// are told apart.
  struct Entry {
    let folder: URL
    let key: Data

    private var file: URL { folder.appendingPathComponent(String(fnv1a(key), radix: 16) + ".bin") }

    func read() -> [UInt8]? {
      guard let data = try? Data(contentsOf: file), data.count > key.count, data.prefix(key.count) == key
      else {
        return nil
      }
      return [UInt8](data.dropFirst(key.count))
    }

    func write(_ binary: [UInt8]) {
      guard !binary.isEmpty else { return }
      try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try? (key + Data(binary)).write(to: file, options: .atomic)
    }
  }
}

/// The 64-bit hash of Fowler, Noll and Vo.
private func fnv1a(_ data: Data) -> UInt64 {
  data.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}
