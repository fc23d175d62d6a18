import Glibc
import UNetOptions

/// Where and what is served.
package struct ServerSettings: Sendable {
  /// The address that is listened at.
  package var host = "127.0.0.1"
  /// Its port; 0 for any that is free.
  package var port = 8080
  /// The folder that everything is written into.
  package var folder: String
  /// The folder of trainings whose curves are shown.
  package var runs: String
  /// The largest upload in bytes, and the most pixels that its pages may have together.
  package var largestUpload = 100_000_000, largestImage = 64_000_000
  /// Bytes of uploads and probabilities that are kept; those of the images that were asked for longest ago go first.
  package var kept = 4_000_000_000
  /// Images that are kept, each of which holds two files open, and connections.
  package var images = 250, connections = 256
  /// Requests that may wait for the device.
  package var waiting = 64
  /// Addresses by which browsers reach it through another server, such as `https://lab.example`.
  package var origins: [String] = []

  /// These folders, and else the defaults.
  package init(folder: String, runs: String) { (self.folder, self.runs) = (folder, runs) }

  /// Keeps no more open than a process that may open `files` can have.
  package mutating func limit(files: Int) {
    images = min(images, max(2, (files - 100) / 4))
    connections = min(connections, max(8, files / 4))
  }

  /// Whether other computers reach it, or programs of this one alone.
  package var isOpen: Bool { !Self.isLoopback(host) }

  /// Whether an address or a name is that by which a computer reaches itself.
  static func isLoopback(_ host: String) -> Bool {
    var (four, six) = (in_addr(), in6_addr())
    if inet_pton(AF_INET, host, &four) == 1 { return four.s_addr.bigEndian >> 24 == 127 }
    if inet_pton(AF_INET6, host, &six) == 1 {
      return withUnsafeBytes(of: &six) { $0.dropLast().allSatisfy { $0 == 0 } && $0.last == 1 }
    }
    return host.lowercased() == "localhost"
  }
}

extension ServerSettings {
  /// The folder for uploads and what is made of them, which are gone when the server ends.
  var work: String { "\(folder)/.work" }
  /// How folders in it begin, each for a result on its way.
  static let resultPrefix = "result-"
  /// The folder of corrected images and their labels.
  package var corrections: String { "\(folder)/corrections" }

  /// Why the system would not let us listen.
  func unreachable(_ code: Int32) -> ConfigurationError {
    switch code {
    case EADDRINUSE:
      ConfigurationError("--port", "\(port) is taken by another program: give another, or 0 for any")
    case EACCES: ConfigurationError("--port", "\(port) is not for everybody to use: give one from 1024")
    case EADDRNOTAVAIL: ConfigurationError("--host", "\(host) is no address of this computer: leave it out")
    default: ConfigurationError("--host", "\(host): \(String(cString: strerror(code)))")
    }
  }
}
