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
    func absolute(_ name: String) -> String? { environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil } }
    let home = absolute("HOME") ?? FileManager.default.homeDirectoryForCurrentUser.path
    return Path.join(absolute(variable) ?? Path.join(home, name), "swift-unet")
  }
}
