import class Foundation.FileManager

/// This project's folders of a user, by the XDG Base Directory Specification.
package enum UserFolder {
  /// What can be made anew.
  case cache
  /// What the user has settled.
  case configuration

  /// The folder: `swift-unet` below `$XDG_CACHE_HOME` or `$XDG_CONFIG_HOME`; where that variable is unset, empty or no
  /// absolute path, which the specification says to pass over, below `~/.cache` or `~/.config`.
  package func path(_ environment: [String: String]) -> String {
    let (variable, name) =
      self == .cache ? ("XDG_CACHE_HOME", ".cache") : ("XDG_CONFIG_HOME", ".config")
    let folder = environment[variable].flatMap { $0.hasPrefix("/") ? $0 : nil }
    return Path.join(folder ?? Path.join(Self.home(environment), name), "swift-unet")
  }

  /// The user's home: `$HOME` where that is an absolute path, else as the system says.
  package static func home(_ environment: [String: String]) -> String {
    environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
      ?? FileManager.default.homeDirectoryForCurrentUser.path
  }
}
