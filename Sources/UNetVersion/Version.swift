/// What this build is.
package enum Version {
  /// The version, as CHANGELOG.md has it.
  package static let number = "0.2.0"

  /// The first 12 digits of the commit it was built from, with `-dirty` where files differed from it; `unknown` where no git
  /// told it.
  @inline(never) package static func commit() -> String { stampedCommit }
}
