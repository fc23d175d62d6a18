/// What the documentation says of an option.
package struct OptionDocumentation: Hashable, Sendable {
  /// The keys that lead to it, joined by dots.
  package let key: String
  /// What it may be, its default, and what it means, each in Markdown.
  let words: String, standard: String, meaning: String

  /// The table of `options` in Markdown.
  package static func markdown(_ options: [OptionDocumentation]) -> String {
    options.reduce("| key | value | default | meaning |\n|---|---|---|---|\n") {
      $0 + "| `\($1.key)` | \($1.words) | \($1.standard) | \($1.meaning) |\n"
    }
  }
}

extension OptionTable {
  /// The documentation of every option, and of those inside them, under the keys `path`; defaults are those of `root`.
  package func documentation(of root: Root, under path: String) -> [OptionDocumentation] {
    rows.flatMap { $0.documentation(of: root, under: path) }
  }
}
