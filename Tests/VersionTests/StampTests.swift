import Foundation
import Testing
import UNetTestSupport
import UNetVersion

/// A table names the commit of the command that made it, not of the folder in which it was made.
@Test func aTableNamesTheCommitOfTheBuild() {
  #expect(Provenance(device: "d", arguments: ["unet", "bench"]).commit == Version.commit())
}

/// Runs a command without the user's settings of git.
private func run(_ command: [String]) throws -> String {
  let (process, output) = (Process(), Pipe())
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null"] + command
  (process.standardOutput, process.standardError) = (output, FileHandle.nullDevice)
  try process.run()
  let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  return text.trimmingCharacters(in: .whitespacesAndNewlines)
}

/// What the build writes of a folder.
private func stamp(_ folder: String, into file: String) throws -> String {
  _ = try run(["sh", PackageFiles.path("Plugins/StampVersion/stamp.sh"), folder, file])
  return try String(contentsOfFile: file, encoding: .utf8)
}

@Test func withoutARepositoryTheCommitIsUnknown() throws {
  let folder = try TemporaryFolder()
  try folder.write("", "package/Sources/a.swift")
  let stamped = try stamp(folder("package"), into: folder("Commit.swift"))
  #expect(stamped == "let stampedCommit = \"unknown\"\n")
}

private let hasGit = (try? run(["git", "--version"]))?.hasPrefix("git version") ?? false

@Test(.enabled(if: hasGit, "git is absent: install it"))
func theStampIsTheCommitAndSaysWhereASourceDiffers() throws {
  let folder = try TemporaryFolder()
  let (package, file) = (folder("package"), folder("Commit.swift"))
  try folder.write("1", "package/Sources/a.swift")
  try folder.write("1", "package/README.md")
  let git = ["git", "-C", package, "-c", "user.name=a", "-c", "user.email=a@b.c"]
  for command in [["init"], ["add", "."], ["commit", "-m", "first"]] { _ = try run(git + command) }
  let commit = try run(git + ["rev-parse", "--short=12", "HEAD"])
  try #require(commit.count == 12)
  let clean = "let stampedCommit = \"\(commit)\"\n"
  #expect(try stamp(package, into: file) == clean)
  let written = try FileManager.default.attributesOfItem(atPath: file)[.modificationDate] as? Date
  try folder.write("2", "package/README.md")
  #expect(try stamp(package, into: file) == clean)
  let kept = try FileManager.default.attributesOfItem(atPath: file)[.modificationDate] as? Date
  #expect(kept == written, "a stamp that says the same is not written again")
  try folder.write("2", "package/Sources/a.swift")
  #expect(try stamp(package, into: file) == "let stampedCommit = \"\(commit)-dirty\"\n")
  // A folder inside a repository that is not its own.
  #expect(try stamp(folder("package/Sources"), into: file) == "let stampedCommit = \"unknown\"\n")
}
