// The names of files, cut into numbers and what stands between them.

/// Natural order: runs of digits compare as numbers, so `t2` precedes `t10`.
package func precedes(_ a: String, _ b: String) -> Bool {
  let (first, second) = (runs(a, \.isDigit), runs(b, \.isDigit))
  for (x, y) in zip(first, second) where x != y {
    guard isNumber(x), isNumber(y) else { return x < y }
    let (p, q) = (x.drop { $0 == "0" }, y.drop { $0 == "0" })
    if p != q { return p.count == q.count ? p < q : p.count < q.count }
  }
  // t2 and t02 differ in no number: the order of characters decides.
  return first.count == second.count ? a < b : first.count < second.count
}

/// The name cut where digits, letters and other characters meet.
package func runs(_ name: String) -> [Substring] { runs(name) { CharacterKind($0) } }

/// Whether a run is one of digits.
package func isNumber(_ run: Substring) -> Bool { run.first?.isDigit == true }

/// What a run of a name is made of.
package enum CharacterKind: Sendable {
  case digit, letter, other

  package init(_ character: Character) {
    self = character.isDigit ? .digit : character.isLetter ? .letter : .other
  }
}

/// The name cut where characters of different kinds meet.
private func runs<Kind: Equatable>(_ name: String, _ kind: (Character) -> Kind) -> [Substring] {
  var runs: [Substring] = []
  var rest = Substring(name)
  while let first = rest.first {
    let run = rest.prefix { kind($0) == kind(first) }
    runs.append(run)
    rest = rest[run.endIndex...]
  }
  return runs
}

extension Character {
  fileprivate var isDigit: Bool { "0"..."9" ~= self }
}
