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
  /// Bytes of probabilities that are kept; those of the images that were asked for longest ago go first.
  package var kept = 4_000_000_000
  /// Requests that may wait for the device.
  package var waiting = 64

  /// These folders, and else the defaults.
  package init(folder: String, runs: String) { (self.folder, self.runs) = (folder, runs) }

  /// Whether other computers reach it, or programs of this one alone.
  package var isOpen: Bool { !isLoopback }
  var isLoopback: Bool { ["127.0.0.1", "localhost", "::1"].contains(host) }
}

extension ServerSettings {
  /// The folder for uploads and what is made of them, which are gone when the server ends.
  var work: String { "\(folder)/.work" }
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
