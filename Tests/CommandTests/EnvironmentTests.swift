import Foundation
import Testing
import UNetTestSupport

/// What the environment says reaches the devices, and what is wrong with it is told with the variable's name.
@Suite struct EnvironmentTests {
  private func devices(_ environment: [String: String]) throws -> UnetCommand.Outcome {
    try UnetCommand.run("devices", environment: environment)
  }

  @Test func aWrongInstructionSetIsNamedWithItsVariable() throws {
    let outcome = try devices(["UNET_CPU": "sse9"])
    expectError(
      outcome, status: 1, naming: "UNET_CPU: 'sse9' names no instruction set; choose one of ", "baseline")
  }

  @Test func aWrongScheduleIsNamedWithItsVariable() throws {
    let text = "UNET_SCHEDULE: there is no schedule 'tiles'; give vector or tile, or unset it"
    expectError(try devices(["UNET_SCHEDULE": "tiles"]), status: 1, naming: text)
  }

  @Test func theInstructionSetAndTheScheduleAreUsed() throws {
    #expect(try devices(["UNET_CPU": "baseline"]).output.contains(" cpu         CPU (baseline, "))
    for name in ["vector", "tile"] {
      #expect(try devices(["UNET_SCHEDULE": name]).output.contains("schedule  \(name): "))
    }
  }

  @Test func anEmptyVariableIsNotSet() throws {
    let empty = Dictionary(uniqueKeysWithValues: try variables().map { ($0, "") })
    let unset = try devices(["HOME": "/nonexistent"]).output
    #expect(try devices(empty.merging(["HOME": "/nonexistent"]) { $1 }).output == unset)
  }

  @Test func everyVariableOfTheHelpStandsInTheDocumentAndNoOther() throws {
    let rows = try PackageFiles.text("Documentation/environment.md").split(separator: "\n")
    let documented = rows.compactMap { row in
      row.hasPrefix("| `") ? String(row.dropFirst(3).prefix { $0 != "`" }) : nil
    }
    #expect(documented.count >= 6)
    #expect(try documented == variables())
  }

  /// Those that `unet help` lists.
  private func variables() throws -> [String] {
    let help = try UnetCommand.run("help").output
    let list = try #require(help.range(of: "Environment:\n")).upperBound
    let lines = help[list...].split(separator: "\n", omittingEmptySubsequences: false).prefix { !$0.isEmpty }
    return lines.map { String($0.prefix { $0 != " " }) }
  }
}
