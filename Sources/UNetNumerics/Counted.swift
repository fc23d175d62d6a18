/// A number of things in words: `1 page`, `3 pages`; `plural`: of a noun that has more than an s.
package func counted(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
  "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
}
