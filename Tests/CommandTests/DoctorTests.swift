import Foundation
import Testing
import UNetTestSupport

/// `unet doctor` where nothing of the project has been used yet.
@Suite struct DoctorTests {
  @Test func aNewMachineIsHealthy() throws {
    let folder = try TemporaryFolder()
    let outcome = try UnetCommand.run(["doctor"], in: "cd '\(folder.path)'; exec \"$@\"")
    #expect(outcome.output.contains("\nok    runs (runs) can be written to"), "\(outcome.output)")
    #expect(outcome.output.contains("memory ") && !outcome.output.contains("is not known"))
    #expect(outcome.status == (outcome.output.contains("\nfix ") ? 1 : 0))
    #expect(outcome.messages.isEmpty)
  }

  @Test func aFileInTheWayOfRunsIsToBeRemoved() throws {
    let folder = try TemporaryFolder()
    try folder.write("x", "runs")
    let outcome = try UnetCommand.run(["doctor"], in: "cd '\(folder.path)'; exec \"$@\"")
    #expect(outcome.output.contains("fix   runs (runs): runs is no folder: remove it, or name another"))
    #expect(outcome.status == 1 && outcome.messages.isEmpty)
  }
}
