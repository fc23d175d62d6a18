import Testing
import UNetConfiguration
import UNetDevices
import UNetFiles
import UNetKernels
import UNetOpenCL
import UNetTestSupport

/// A device's schedule in YAML: strict, whole, and found in the stated order.
@Suite struct TuningFileTests {
  private static let target = TuningTarget(
    name: "Some GPU (2)", driver: "7.1", kind: .gpu, limits: .init(localBytes: 32 << 10, items: 256))
  private static let cpu = TuningTarget(
    name: "Some CPU", driver: "3.1", kind: .cpu, limits: .init(localBytes: 32 << 10, items: 4096))
  private static let origin = TuningFile.Origin(
    device: "Some GPU (2)", driver: "7.1", date: "2025-01-02", size: 572, width: 64)

  @Test(arguments: KernelSchedule.Name.allCases)
  func whatIsWrittenIsReadBack(name: KernelSchedule.Name) throws {
    let file = TuningFile(origin: Self.origin, schedules: [Self.target.standard(name)])
    let text = file.yaml(comment: "one\ntwo")
    #expect(text.hasPrefix("# one\n# two\ndevice: "))
    #expect(try TuningFile(yaml: text, file: "f.yaml", for: Self.target) == file)
  }

  @Test func aParameterLeftOutHasItsValueWithoutAFile() throws {
    let file = try TuningFile(
      yaml: "schedule: {vector: {strip: 12}, tile: {product: {rows: 64}}}", file: "f", for: Self.target)
    #expect(file.schedule(.vector) == .vector(VectorSchedule(sums: 4, strip: 12, group: 128)))
    var tile = TileSchedule(for: Self.target.limits)
    tile.product.rows = 64
    #expect(file.schedule(.tile) == .tile(tile))
  }

  @Test(arguments: [
    ("schedule:\n  vector: {sum: 24}", "f:2: unknown key 'sum' in schedule.vector; did you mean 'sums'?"),
    ("schedul: {}", "f:1: unknown key 'schedul'; did you mean 'schedule'?"),
    (
      "schedule:\n  vector:\n    sums: 25",
      "f:3: schedule.vector.sums must be 2, 4, 6, 8, 12, 16, 24 or 28, found '25'"
    ),
    ("schedule: {vector: {strip: many}}", "f:1: schedule.vector.strip must be 12, 24 or 48, found 'many'"),
    ("schedule: {vector: {group: 96}}", "f:1: schedule.vector.group must be 64 or 128, found '96'"),
    (
      "schedule:\n  tile:\n    product: {rows: 256, columns: 256, item-rows: 4, item-columns: 4}",
      "f:3: schedule.tile.product needs 4096 items and 33280 bytes of local memory a group; "
        + "Some GPU (2) has 256 and 32768: give a smaller tile"
    ),
    (
      "schedule: {tile: {gradient: {rows: 100}}}",
      "f:1: schedule.tile.gradient.rows must be 16, 64, 128 or 256, found '100'"
    ),
    ("schedule: {}", "f:1: schedule must have vector or tile, found neither"),
    ("- vector", "f:1: a tuning must be keys with values: device, schedule ..."),
    ("size: 572", "f:1: missing key 'schedule'"),
    ("device: Some GPU (2)\nschedule: {vector: {}}", "f:1: missing key 'driver'"),
    (
      "schedule: {vector: {}}\ndevice: Other\ndriver: a\ndate: b\nsize: 572\nwidth: 64",
      "f:2: device is Other, not Some GPU (2): remove the file, or tune the device anew"
    ),
    ("schedule: [", "f:2: not YAML"),
  ])
  func aWrongFileIsNamedWithItsLine(text: String, message: String) throws {
    let error = try #require(throws: ConfigurationError.self) {
      try TuningFile(yaml: text, file: "f", for: Self.target)
    }
    #expect(
      message.hasSuffix("not YAML") ? error.description.hasPrefix(message) : error.description == message)
  }

  @Test func everyShippedFileIsReadAndFitsTheUsualLimits() throws {
    for shipped in ShippedTuning.allCases {
      let name =
        switch shipped {
        case .h100: "NVIDIA H100 80GB HBM3"
        case .h200: "NVIDIA H200"
        }
      let target = TuningTarget(name: name, driver: "1", kind: .gpu, limits: Self.target.limits)
      let file = try TuningFile(yaml: shipped.text, file: shipped.path, for: target)
      #expect(file.schedule(target.standard().name) != nil, "\(shipped.path)")
      #expect(try TunedSchedule(for: target, folder: nil).file == shipped.path)
    }
  }

  @Test func aNameBecomesASafeFileName() {
    #expect(Self.target.userFile(in: "/config/tuning") == "/config/tuning/some-gpu-2.yaml")
    for name in ["../../etc", "", "ä/\u{0}", "…"] {
      let odd = TuningTarget(name: name, driver: "", kind: .cpu, limits: Self.cpu.limits)
      #expect(!odd.fileName.isEmpty && odd.fileName.allSatisfy { $0.isASCII && ($0.isLetter || $0 == "-") })
    }
  }

  @Test func theUsersFileComesBeforeTheCode() throws {
    let folder = try TemporaryFolder()
    let usual = try TunedSchedule(for: Self.cpu, folder: folder.path)
    #expect(usual.file == nil && usual.schedule == Self.cpu.standard())
    let own = Self.cpu.userFile(in: folder.path)
    try folder.write("schedule: {vector: {strip: 48}}", "some-cpu.yaml")
    let tuned = try TunedSchedule(for: Self.cpu, folder: folder.path)
    #expect(tuned.file == own)
    #expect(tuned.schedule == .vector(VectorSchedule(sums: 24, strip: 48, group: 128)))
    // The other schedule, which the file has not.
    let tile = try TunedSchedule(.tile, for: Self.cpu, folder: folder.path)
    #expect(tile.file == nil && tile.schedule == Self.cpu.standard(.tile))
  }

  @Test func theTilesOfASmallDeviceCanBeWrittenAndRead() throws {
    let small = TuningTarget(
      name: "Small", driver: "1", kind: .gpu, limits: .init(localBytes: 4 << 10, items: 16))
    let written = TuningFile(origin: nil, schedules: [small.standard()]).yaml()
    #expect(try TuningFile(yaml: written, file: "f", for: small).schedules == [small.standard()])
  }

  @Test func aBrokenFileOfTheUserIsNeverPassedOver() throws {
    let folder = try TemporaryFolder()
    let own = Self.cpu.userFile(in: folder.path)
    try folder.write("schedule: {vector: {strip: 5}}", "some-cpu.yaml")
    let error = try #require(throws: ConfigurationError.self) {
      try TunedSchedule(for: Self.cpu, folder: folder.path)
    }
    #expect(error.description == "\(own):1: schedule.vector.strip must be 12, 24 or 48, found '5'")
  }
}
