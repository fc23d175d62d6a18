import Foundation
import Testing
import UNetTestSupport

struct ParityReportTests {
  private func parity(_ arguments: String...) throws -> UnetCommand.Outcome {
    try UnetCommand.run(["parity", "--device", "opencl", "--only", "2×2×32×64"] + arguments)
  }

  @Test func aReportNamesDeviceDriverAndWhatWasCompared() throws {
    let folder = try TemporaryFolder()
    let outcome = try parity("--report", folder("r.md"), "--schedule", "vector: {sums: 12}")
    #expect(outcome.status == 0, "\(outcome.messages)")
    let text = try folder.text("r.md")
    for words in [
      "**0 bits of operations differ; no training was compared.**", "- driver: ",
      "- kernel schedule: vector: sums 12, ", "| upConv | ", "| 0 | ",
      "do not contain '2×2×32×64'", "besides 'vector: {sums: 12}'", "--report",
    ] {
      #expect(text.contains(words), "'\(words)' is missing in: \(text)")
    }
    expectError(try parity("--report", folder("r.md")), status: 1, naming: "r.md is there already")
    #expect(try folder.text("r.md") == text)
  }

  @Test func aReportForProgramsHasTheSameInJSON() throws {
    struct Report: Decodable {
      struct Device: Decodable {
        struct Row: Decodable { let name: String, count: Int, unit: String, bits: Int }
        let schedule: String, rows: [Row]
      }
      struct Provenance: Decodable { let device: String, commit: String }
      let provenance: Provenance, devices: [Device], notCompared: [String]
    }
    let folder = try TemporaryFolder()
    let outcome = try parity("--report", folder("r.json"))
    #expect(outcome.status == 0, "\(outcome.messages)")
    let report = try JSONDecoder().decode(Report.self, from: folder.bytes("r.json"))
    #expect(report.devices.map { $0.schedule.prefix(5) }.sorted() == ["tile:", "vecto"])
    #expect(report.devices.allSatisfy { $0.rows.count == 3 && $0.rows.allSatisfy { $0.bits == 0 } })
    #expect(report.provenance.device.hasPrefix("CPU") && !report.notCompared.isEmpty)
  }
}
