import Testing
import UNetConfiguration

/// A section with a key that came later than the others, inside and at its end.
private struct Section: Equatable {
  struct Part: Equatable { var old = 1, new = 2 }
  var part = Part()
  var list: [Int] = []

  static let options = OptionTable<Section>([
    .init("part", \.part, .section(parts), "A section."),
    .init("list", \.list, numbers, inHash: .unless([]), "Numbers."),
  ])
  private static let parts = OptionTable<Part>([
    .init("old", \.old, .integer(.notNegative), "From the beginning."),
    .init("new", \.new, .integer(.notNegative), inHash: .unless(2), "Later."),
  ])
  private static let numbers = OptionType<[Int]>(
    "numbers", write: { .list($0.map { "\($0)" }) },
    read: { try $0.list().map { try $0.integer(.notNegative) } })

  var text: YAMLText { .section(Self.options.yaml(of: self)) }
}

@Test func aLaterKeyStandsInTheTextAndOnlyAwayFromItsDefaultInTheHash() {
  var section = Section()
  #expect(section.text.lines() == "part:\n  old: 1\n  new: 2\nlist: []\n")
  #expect(section.text.asBefore.lines() == "part:\n  old: 1\n")
  (section.part.new, section.list) = (3, [4])
  #expect(section.text.asBefore.lines() == section.text.lines())
  #expect(section.text.lines() == "part:\n  old: 1\n  new: 3\nlist: [4]\n")
}
