import Logging
import Testing
import UNetCPU
import UNetConfiguration
import UNetDevices
import UNetRuntime
import UNetWork

/// A kind of which there are the devices given, all of which are this computer's processor.
private struct SomeDevices: DeviceProvider {
  let kind = DeviceKind("some", "device of some kind", example: "large")
  let remedy = "buy one"
  var devices: [FoundDevice]
  var failing: [String] = []

  init(_ devices: FoundDevice...) { self.devices = devices }
  func failures(_ settings: DeviceSettings) -> [String] { failing }
  func describe(_ index: Int, _ settings: DeviceSettings) -> DeviceProperties {
    DeviceProperties(devices[index].name, ["units": "1"])
  }
  func open(_ index: Int, _ settings: DeviceSettings, _ logger: Logger) throws -> any Backend {
    try CPUBackend(instructionSet: index == 0 ? .baseline : nil)
  }
}

/// Keeps what is logged.
private final class Lines: LogHandler, @unchecked Sendable {
  private(set) var lines: [String] = []
  var logLevel = Logger.Level.info
  var metadata: Logger.Metadata = [:]
  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }
  func log(event: LogEvent) { lines.append("\(event.message)") }
}

/// One list of kinds, from which every choice is opened.
@Suite struct RegistryTests {
  private let kind = SomeDevices().kind
  private let broken = FoundDevice(name: "Broken", lacks: ["a compiler"])

  private func message(_ choice: DeviceChoice, _ devices: SomeDevices) -> String? {
    let registry = DeviceRegistry([devices, CPUDevices()])
    return #expect(throws: NoDevice.self) { try registry.open(choice) }?.description
  }

  @Test func everyKindHasAProviderAndEveryProviderAKind() {
    #expect(DeviceRegistry.standard.map(\.kind) == DeviceKind.all)
  }

  @Test func automaticIsTheFirstKindThatHasADevice() throws {
    let some = SomeDevices(FoundDevice(name: "Small"))
    #expect(
      try DeviceRegistry([some, CPUDevices()]).open(.automatic).name
        == CPUBackend(instructionSet: .baseline).name)
    let none = DeviceRegistry([SomeDevices(broken), CPUDevices()])
    #expect(try none.open(.automatic).name == CPUBackend().name)
  }

  /// A card, the processor by the CPU backend, the processor by a driver; the last where only it heeds the settings.
  @Test func automaticIsTheFirstOfItsRank() throws {
    let driver = SomeDevices(FoundDevice(name: "A processor", rank: .driversProcessor))
    let registry = DeviceRegistry([driver, CPUDevices()])
    #expect(try DeviceListing(registry).text.contains("* cpu "))
    let scheduled = DeviceRegistry([driver, CPUDevices()], settings: DeviceSettings(schedule: "tile"))
    #expect(try DeviceListing(scheduled).text.contains("* some:0 "))
    let card = SomeDevices(
      FoundDevice(name: "A processor", rank: .driversProcessor), FoundDevice(name: "A card"))
    #expect(try DeviceListing(DeviceRegistry([card, CPUDevices()])).text.contains("* some:1 "))
  }

  @Test(arguments: [
    ([], [], "no device of some kind"),
    (
      [FoundDevice(name: "Broken", lacks: ["a compiler"])], [],
      "no usable device of some kind (some:0 (Broken) lacks a compiler)"
    ),
    (
      [], ["the driver X offers no device (-1)"],
      "no device of some kind (the driver X offers no device (-1))"
    ),
  ])
  func automaticTellsWhyItPassesAKind(devices: [FoundDevice], failures: [String], reason: String) throws {
    let log = Lines()
    var some = SomeDevices()
    (some.devices, some.failing) = (devices, failures)
    let registry = DeviceRegistry([some, CPUDevices()], logger: Logger(label: "test") { _ in log })
    _ = try registry.open(.automatic)
    #expect(log.lines == ["\(reason): running on the CPU backend, which gives the same results"])
  }

  @Test func aDeviceIsFoundByItsNumberAndByAPartOfItsNameOrMaker() throws {
    let some = SomeDevices(
      FoundDevice(name: "Small"), FoundDevice(name: "Large One", maker: "Someone"))
    let registry = DeviceRegistry([some, CPUDevices()])
    for which in [DeviceChoice.Which.numbered(1), .named("large"), .named("SOMEONE")] {
      #expect(try registry.open(.of(kind, which)).name == CPUBackend().name)
    }
    #expect(try registry.open(.of(kind, .best)).name == CPUBackend(instructionSet: .baseline).name)
  }

  /// Of several that fit, the first that can be used.
  @Test func aDeviceThatLacksSomethingIsNeverOpened() throws {
    let some = SomeDevices(broken, FoundDevice(name: "Sound and broken in"))
    let registry = DeviceRegistry([some, CPUDevices()])
    #expect(try registry.open(.of(kind, .named("broken"))).name == CPUBackend().name)
    #expect(
      message(.of(kind, .numbered(0)), some)
        == "no usable device of some kind 'some:0': there are some:1 (Sound and broken in), "
        + "some:0 (Broken) lacks a compiler, cpu")
  }

  @Test func ofSeveralThatFitTheFirstIsTakenAndOneLineTellsWhichThereAre() throws {
    let some = SomeDevices(
      FoundDevice(name: "Large One"), FoundDevice(name: "Small"), FoundDevice(name: "Large Two"))
    let log = Lines()
    let registry = DeviceRegistry([some, CPUDevices()], logger: Logger(label: "test") { _ in log })
    let opened = try registry.open(.of(kind, .named("large")))
    #expect(try opened.name == CPUBackend(instructionSet: .baseline).name)
    #expect(
      log.lines == ["some:large means the first of 2 devices: some:0 (Large One), some:2 (Large Two)"])
    _ = try registry.open(.of(kind, .named("small")))
    #expect(log.lines.count == 1)
  }

  @Test func withoutAnyDeviceTheRemedyIsTold() {
    #expect(
      message(.of(kind, .best), SomeDevices())
        == "no device of some kind (some): buy one; or choose cpu")
  }

  @Test func theTableHasEveryDeviceMarksTheDefaultAndTellsWhatIsMissing() throws {
    let text = try DeviceListing(
      DeviceRegistry([SomeDevices(broken, FoundDevice(name: "Sound")), CPUDevices()])
    ).text
    #expect(text.hasPrefix("  some:0      Broken\n              units     1\n* some:1      Sound\n"))
    #expect(text.contains("\n  cpu         CPU ("))
    let without = try DeviceListing(DeviceRegistry([SomeDevices(), CPUDevices()])).text
    #expect(without.hasPrefix("* cpu ") && without.hasSuffix("\nno device of some kind: buy one"))
  }

  @Test func aKindWithoutSchedulesHasOneBackendAndNothingToTune() throws {
    let registry = DeviceRegistry()
    let opened = try registry.openSchedules(.cpu)
    #expect(opened.count == 1 && opened[0].schedule == nil)
    #expect(throws: NoSchedules.self) { try registry.openSchedules(.cpu, yaml: "vector: {}") }
    #expect(throws: NoSchedules.self) { try registry.tuning(.cpu) }
  }

  @Test func settingsReachTheDevice() throws {
    let slow = DeviceRegistry(settings: .init(instructionSet: "baseline"))
    #expect(try slow.open(.cpu).name == CPUBackend(instructionSet: .baseline).name)
    let wrong = DeviceRegistry(settings: .init(instructionSet: "sse9"))
    #expect(throws: CPUError.instructionSetUnknown("sse9")) { try wrong.open(.cpu) }
    let schedules = try DeviceRegistry(settings: .init(schedule: "tile")).openSchedules(.of(.opencl, .best))
    #expect(schedules.map(\.schedule) == ["tile"])
  }

  @Test func aMissingDeviceNamesThoseThereAre() throws {
    let choice = DeviceChoice.of(.opencl, .numbered(99))
    let error = try #require(throws: NoDevice.self) { try DeviceRegistry().open(choice) }
    #expect(error.description.contains("opencl:99") && error.description.contains("opencl:0"))
  }

  @Test func wordsOfOtherKindsAreReadWithTheirList() {
    let choice = DeviceChoice("some:large", among: DeviceKind.all + [kind])
    #expect(choice == .of(kind, .named("large")) && choice?.description == "some:large")
    #expect(DeviceChoice("cpu:0") == nil)
  }
}
