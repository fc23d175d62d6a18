/// The last run of digits of a name as a number.
package func lastNumber(_ name: String) -> Int? {
  runs(name).last { $0.first?.isASCIIDigit == true }.flatMap { Int($0) }
}

/// Natural order: runs of digits compare as numbers, so `t2` precedes `t10`.
package func precedes(_ a: String, _ b: String) -> Bool {
  for (x, y) in zip(runs(a), runs(b)) where x != y {
    guard x.first?.isASCIIDigit == true, y.first?.isASCIIDigit == true else { return x < y }
    let (p, q) = (x.drop { $0 == "0" }, y.drop { $0 == "0" })
    if p != q { return p.count == q.count ? p < q : p.count < q.count }
  }
  let (m, n) = (runs(a).count, runs(b).count)
  // t2 and t02 differ in no number: the order of characters decides.
  return m == n ? a < b : m < n
}

/// The name cut where digits begin or end.
private func runs(_ name: String) -> [Substring] {
  var runs: [Substring] = []
  var rest = Substring(name)
  while let first = rest.first {
    let run = rest.prefix { $0.isASCIIDigit == first.isASCIIDigit }
    runs.append(run)
    rest = rest[run.endIndex...]
  }
  return runs
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
