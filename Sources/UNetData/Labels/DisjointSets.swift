/// Numbers from 1 of which some turn out to be of one set (union-find); a set is called by its smallest number.  0 is in none.
package struct DisjointSets {
  /// Leads from each number to a smaller one of its set, or to itself.
  private var parents: [Int32] = [0]

  package init() {}

  /// The greatest number.
  package var count: Int { parents.count - 1 }

  /// A set of a new number, which follows the greatest.
  package mutating func add() -> Int32 {
    parents.append(Int32(parents.count))
    return Int32(parents.count - 1)
  }

  /// Makes the sets of two numbers one; gives what they were called, the smaller first, unless they were one.
  @discardableResult package mutating func join(_ one: Int32, _ other: Int32) -> (kept: Int32, gone: Int32)? {
    let (one, other) = (name(of: one), name(of: other))
    guard one != other else { return nil }
    parents[Int(max(one, other))] = min(one, other)
    return (min(one, other), max(one, other))
  }

  /// The smallest number of the set that a number is in.
  package mutating func name(of number: Int32) -> Int32 {
    var at = number
    while parents[Int(at)] != at {
      parents[Int(at)] = parents[Int(parents[Int(at)])]
      at = parents[Int(at)]
    }
    return at
  }
}
