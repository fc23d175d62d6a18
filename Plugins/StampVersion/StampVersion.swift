import Foundation
import PackagePlugin

/// Writes the commit that is built into a Swift file, whenever the commit or a source has changed.
@main
struct StampVersion: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) -> [Command] {
    let package = context.package.directoryURL
    let script = package.appending(path: "Plugins/StampVersion/stamp.sh")
    let stamp = context.pluginWorkDirectoryURL.appending(path: "Commit.swift")
    let sources = context.package.targets.compactMap(\.sourceModule).filter { $0.kind != .test }
      .flatMap { $0.sourceFiles.map(\.url) }
    return [
      .buildCommand(
        displayName: "Stamping the version", executable: URL(filePath: "/bin/sh"),
        arguments: [script.path, package.path, stamp.path],
        inputFiles: [script] + history(of: package) + sources, outputFiles: [stamp])
    ]
  }

  /// The files that git changes with every commit and checkout; none outside a repository.
  private func history(of package: URL) -> [URL] {
    var git = package.appending(path: ".git")
    // In a linked work tree `.git` is a file: "gitdir: PATH".
    if let link = try? String(contentsOf: git, encoding: .utf8), link.hasPrefix("gitdir: ") {
      let path = link.dropFirst("gitdir: ".count).trimmingCharacters(in: .whitespacesAndNewlines)
      git = URL(filePath: path, relativeTo: package)
    }
    return ["HEAD", "logs/HEAD"].map { git.appending(path: $0).absoluteURL }
      .filter { FileManager.default.fileExists(atPath: $0.path) }
  }
}
