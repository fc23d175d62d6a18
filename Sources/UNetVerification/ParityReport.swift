import UNetGraph
import UNetNumerics
import UNetRuntime
import UNetVersion

/// What comparisons of devices with the CPU backend found, for people (`markdown`) and for programs (JSON).
package struct ParityReport: Codable, Equatable, Sendable {
  /// This program's version.
  package let version: String
  /// Commit, command and day; its device is the one that the others are compared with.
  package let provenance: Provenance
  /// Each device by each of its schedules.
  package var devices: [ComparedDevice] = []
  /// What was left out, and why.
  package var notCompared: [String] = []

  /// One device, by one schedule.
  package struct ComparedDevice: Codable, Equatable, Sendable {
    /// The backend's name; what is known of the device, in lines of a name and a value.
    package let device: String, properties: [Property]
    /// The kernel schedule with its parameters; nil where the kind of device has none.
    package let schedule: String?
    /// What was compared.
    package var rows: [Row] = []
    /// Why nothing more was compared, where the device could not go on.
    package var failure: String?

    /// A device of which nothing is known yet.
    package init(device: String, properties: [Property], schedule: String?) {
      (self.device, self.properties, self.schedule) = (device, properties, schedule)
    }
  }

  /// What is known of a device.
  package struct Property: Codable, Equatable, Sendable {
    let name: String, value: String

    /// A line.
    package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  /// One kind of operation at all its shapes, or one training.
  package struct Row: Codable, Equatable, Sendable {
    /// What the numbers of a row are counted in.
    package enum Unit: String, Codable, Sendable { case shapes, steps }

    /// The operation or the network.
    package let name: String
    /// Shapes or steps.
    package let count: Int, unit: Unit
    /// `3 shapes`.
    package var counted: String { UNetNumerics.counted(count, "\(unit.rawValue.dropLast())") }
    /// Bits that differ; nil for a training that ended at a difference.
    package var bits: Int?
    /// Of the trained weights and momentum, where they are equal on both.
    package var sha256: String?
    /// Where they are not.
    package var differences: [String] = []
  }

  /// A report of this program, of which nothing is known yet.
  package init(_ provenance: Provenance) { (version, self.provenance) = (Version.number, provenance) }

  private var rows: [Row] { devices.flatMap(\.rows) }
  /// Whether no bit differs, and everything could be compared.
  package var isEqual: Bool { areBitsEqual && devices.allSatisfy { $0.failure == nil } }
  /// Whether no bit of what was compared differs.
  package var areBitsEqual: Bool { rows.allSatisfy { $0.bits == 0 } }
  /// What differs of what was compared: `0 bits of operations and 0 of 4 trainings differ`.
  package var total: String {
    let trainings = rows.filter { $0.unit == .steps }
    let bits = rows.reduce(0) { $0 + ($1.bits ?? 0) }
    let failed = devices.count { $0.failure != nil }
    let rest =
      failed == 0 ? "" : "; \(counted(failed, "schedule")) of \(devices.count) could not be compared whole"
    guard !trainings.isEmpty else {
      return "\(bits) bits of operations differ; no training was compared\(rest)"
    }
    return
      "\(bits) bits of operations and \(trainings.count { $0.bits == nil }) of \(trainings.count) trainings differ\(rest)"
  }
}

extension ParityReport {
  /// A document in Markdown.
  package var markdown: String {
    let head = """
      # Parity of swift-unet \(version)

      **\(total).**  Each device ran the same operations on the same numbers as \(provenance.device), by each of its kernel \
      schedules, and the results were compared bit by bit.

      - commit: \(provenance.commit)
      - date: \(provenance.date)
      - command: `\(provenance.command)`

      """
    let missing = notCompared.map { "- \($0)\n" }.joined()
    return head + devices.map(\.markdown).joined()
      + (missing.isEmpty ? "" : "\n## Not compared\n\n" + missing)
  }
}

extension ParityReport.ComparedDevice {
  fileprivate var markdown: String {
    let about = properties + (schedule.map { [.init("kernel schedule", $0)] } ?? [])
    let lines = rows.map { row in
      "| \(row.name) | \(row.counted) | \(row.bits.map(String.init) ?? "differs") | \(row.sha256 ?? "") |\n"
    }
    let differences = rows.flatMap { row in row.differences.map { "- \(row.name): \($0)\n" } }
    return "\n## \(device)\n\n" + about.map { "- \($0.name): \($0.value)\n" }.joined()
      + "\n| what | compared | bits that differ | SHA-256 of the state |\n|---|---|---:|---|\n"
      + lines.joined()
      + (differences.isEmpty ? "" : "\n" + differences.joined())
      + (failure.map { "\nNot compared whole: \($0.split(separator: "\n")[0])\n" } ?? "")
  }
}

extension Parity {
  /// Compares each kind of `operations` at all their shapes, and tells `found` of each; the name of each row is followed by `remark`.
  package func compare(_ operations: [Operation], remark: String = "", _ found: (ParityReport.Row) -> Void)
    throws
  {
    let kinds = Dictionary(grouping: operations.indices) { operations[$0].name }
    for places in kinds.values.sorted(by: { $0[0] < $1[0] }) {
      var row = ParityReport.Row(
        name: operations[places[0]].name + remark, count: places.count, unit: .shapes, bits: 0)
      for operation in places.map({ operations[$0] }) {
        let bits = try bits(of: operation)
        row.bits = bits + (row.bits ?? 0)
        if bits > 0 { row.differences.append("\(operation): \(bits) bits differ") }
      }
      found(row)
    }
  }

  /// Compares a training.
  package func row(of training: ParityCases.TrainingCase, steps: Int = 20) throws -> ParityReport.Row {
    var row = ParityReport.Row(name: "training, \(training.name)", count: steps, unit: .steps, bits: 0)
    do { row.sha256 = try train(training, steps: steps) } catch let error as Disagreement {
      row.bits = nil
      row.differences = ["\(error)"]
    }
    return row
  }
}
