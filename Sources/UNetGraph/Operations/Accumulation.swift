// The sum of several tiles' gradients.

/// `sum = addend`, or `sum = sum + addend`, of each of some values.
public struct Accumulation: OperationBody {
  /// One of them; both values have one shape.
  package struct Part: Hashable, Sendable {
    package let addend: Value, sum: Value

    package init(addend: Value, sum: Value) { (self.addend, self.sum) = (addend, sum) }
  }

  package let parts: [Part]
  /// Whether the sums begin here, so that what they were is of no matter.
  package let begins: Bool

  package init(_ parts: [Part], begins: Bool) { (self.parts, self.begins) = (parts, begins) }

  var reads: [Value] { parts.map(\.addend) + (begins ? [] : parts.map(\.sum)) }
  var writes: [Value] { parts.map(\.sum) }
}
