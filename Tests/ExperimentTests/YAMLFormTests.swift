import Testing
import UNetExperiments

/// The forms in which editors and programs write the same YAML.
struct YAMLFormTests {
  private static let plain = "name: a\ntraining: {rate: 0.001, steps: 10000}\naugmentation: {flips: false}\n"

  private func experiment(_ yaml: String) throws -> Experiment { try Experiment(yaml: yaml, file: "x.yaml") }

  @Test(arguments: [
    "\u{FEFF}" + plain, plain.replacing("\n", with: "\r\n"),
    "\u{FEFF}" + plain.replacing("\n", with: "\r\n"), "---\n" + plain, plain + "...\n",
    "# c: {\n\n" + plain, plain.replacing(": ", with: ":\t").replacing("name:\t", with: "name: "),
  ])
  func marksAndLineEndsChangeNothing(yaml: String) throws {
    #expect(try experiment(yaml) == experiment(Self.plain))
  }

  @Test(arguments: [
    ("true", true), ("True", true), ("TRUE", true), ("false", false), ("False", false), ("FALSE", false),
  ])
  func booleansAreThoseOfYAML12(text: String, value: Bool) throws {
    let read = try experiment("name: a\naugmentation: {flips: \(text)}")
    #expect(try read == experiment("name: a\naugmentation: {flips: \(value)}"))
  }

  @Test(arguments: ["yes", "no", "on", "off", "y", "tRue", "'true'", "1"])
  func noOtherWordIsABoolean(text: String) {
    let error = #expect(throws: (any Error).self) {
      try experiment("name: a\naugmentation: {flips: \(text)}")
    }
    #expect("\(error ?? Wrong())".hasPrefix("x.yaml:2: augmentation.flips must be true or false, found "))
  }

  @Test(arguments: ["1e-3", "1E-3", ".001", "+1e-3", "0.0010", "1.e-3"])
  func numbersMayHaveExponents(text: String) throws {
    #expect(try experiment(Self.plain.replacing("0.001", with: text)) == experiment(Self.plain))
  }

  @Test(arguments: ["1e4", "1E4", "1.0e4", "10000.0", "+10000", "1e+4"])
  func wholeNumbersMayToo(text: String) throws {
    #expect(try experiment(Self.plain.replacing("10000", with: text)) == experiment(Self.plain))
  }

  @Test(arguments: ["1e-4", "1.5", "10000.5", "1e99", "9007199254740993.0", "0x10", "1_000", "inf", "nan"])
  func whatIsNoWholeNumberIsRefused(text: String) {
    #expect(throws: (any Error).self) { try experiment(Self.plain.replacing("10000", with: text)) }
  }

  /// Texts that YAML 1.1 takes for something else, as names.
  @Test(arguments: ["no", "001", "2020-01-01", "1e-3", "True"])
  func namesAreTexts(name: String) throws { #expect(try experiment("name: \(name)").name == name) }

  private struct Wrong: Error {}
}
