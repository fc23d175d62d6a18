import Foundation
import Testing
import UNetNumerics

/// How much of the processor a control group leaves.
@Suite struct ControlGroupTests {
  /// The limit of a group is the least of its own and of those above it.
  @Test(arguments: [
    (["max 100000", "max 100000"], nil), (["max 100000", "250000 100000"], 3),
    (["50000 100000", "400000 100000"], 1),
    (["400000 100000", "200000 100000"], 2), (["", "wrong"], nil), (["0 100000", "100000 0"], nil),
  ])
  func theLeastQuotaCounts(quotas: [String], processors: Int?) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("unet-\(UUID().uuidString)")
    let group = folder.appendingPathComponent("job")
    try FileManager.default.createDirectory(at: group, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (place, quota) in zip([folder, group], quotas) {
      try quota.write(to: place.appendingPathComponent("cpu.max"), atomically: false, encoding: .utf8)
    }
    #expect(ControlGroup.processors(of: group.path) == processors)
  }

  @Test func thisProcessHasAsManyThreadsAsItMayUse() {
    #expect((1...ProcessInfo.processInfo.processorCount).contains(HostThreads.count))
  }
}
