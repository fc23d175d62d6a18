import Logging
import UNetConfiguration
import UNetFiles
import UNetRuntime
import UNetWork

/// Every kind of device: the one place where a backend is opened.
///
///     let backend = try DeviceRegistry().open()
///
public struct DeviceRegistry: Sendable {
  /// Those of `DeviceKind.all`; `auto` means the device of the first rank, in this order where ranks are equal.
  package static let standard: [any DeviceProvider] = [OpenCLDevices(), CPUDevices()]

  private let providers: [any DeviceProvider]
  private let settings: DeviceSettings
  private let logger: Logger
  private let isCancelled: @Sendable () -> Bool

  /// Every kind that this project has.  The logger is told what a user may want to know of a device that is opened; where
  /// `isCancelled`, devices prepare nothing more and throw `Interrupted`.
  public init(
    settings: DeviceSettings = .init(), logger: Logger = .silent,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.init(Self.standard, settings: settings, logger: logger, isCancelled: isCancelled)
  }

  /// These kinds, used so.
  package init(
    _ providers: [any DeviceProvider], settings: DeviceSettings = .init(), logger: Logger = .silent,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    (self.providers, self.settings, self.logger) = (providers, settings, logger)
    self.isCancelled = isCancelled
  }

  /// The backend for one of several processes of this computer, counted from 0: cards, or the devices of a kind that is named without a
  /// number, are dealt out in turn.
  /// - Throws: as `open`.
  package func open(_ choice: DeviceChoice, share: Int) throws -> AnyBackend {
    let kind: DeviceKind? = if case .of(let kind, .best) = choice { kind } else { nil }
    guard choice == .automatic || kind?.example != nil else { return try open(choice) }
    let all = devices
    let first = kind == nil ? automatic.map { all[$0].device.rank } : nil
    let fitting = all.filter { found in
      guard found.device.lacks.isEmpty, case .of(let own, _) = found.choice else { return false }
      return kind.map { $0 == own } ?? (found.device.rank == first)
    }
    guard fitting.count > 1 else { return try open(choice) }
    return try open(fitting[share % fitting.count].choice)
  }

  /// The backend that `choice` means, opened.
  /// - Throws: `NoDevice`, what is wrong with the settings or the user's tuning, the driver's errors.
  public func open(_ choice: DeviceChoice = .automatic) throws -> AnyBackend {
    do {
      let (provider, index) = try find(choice)
      do { return try open(index, of: provider) } catch let error as any UnfitDevice {
        guard choice == .automatic, provider.kind != .cpu else { throw error }
        logger.warning("\(error): running on the CPU backend")
        return try open(.cpu)
      }
    } catch  where isCancelled() { throw Interrupted() }
  }

  private func open(_ index: Int, of provider: any DeviceProvider) throws -> AnyBackend {
    let backend = try provider.open(index, settings, logger)
    logger.debug("opened \(backend.name)")
    return AnyBackend(backend, isCancelled: isCancelled)
  }

  /// The same once for each schedule by which the device can work, or only for the one that `yaml` describes; a kind
  /// without schedules has one backend, and no word for it.
  /// - Throws: as `open`; `NoSchedules` where `yaml` is for a kind without.
  package func openSchedules(_ choice: DeviceChoice, yaml: String? = nil) throws
    -> [ScheduledBackend]
  {
    let (provider, index) = try find(choice)
    if let opened = try provider.openSchedules(index, yaml: yaml, settings, logger) { return opened }
    guard yaml == nil else { throw NoSchedules(kind: provider.kind) }
    let backend = try provider.open(index, settings, logger)
    return [ScheduledBackend(schedule: nil, parameters: nil, backend: backend)]
  }

  /// What a search for the fastest schedule of a device needs.
  /// - Throws: as `open`; `NoSchedules` where the device has none.
  package func tuning(_ choice: DeviceChoice) throws -> TunableDevice {
    let (provider, index) = try find(choice)
    guard let tuning = try provider.tuning(index, settings, logger) else {
      throw NoSchedules(kind: provider.kind)
    }
    return tuning
  }

  /// Every device of every kind in the order of the kinds, with the choice that means it.
  public var devices: [(choice: DeviceChoice, device: FoundDevice)] {
    providers.flatMap { provider in
      provider.devices.enumerated().map { index, device in
        (.of(provider.kind, provider.kind.example == nil ? .best : .numbered(index)), device)
      }
    }
  }

  /// What there is to say of the device that `choice` means.
  /// - Throws: as `open`.
  package func properties(of choice: DeviceChoice) throws -> DeviceProperties {
    let (provider, index) = try find(choice)
    return try provider.describe(index, settings)
  }

  /// What there is to say of every device, in the order of `devices`.
  /// - Throws: what is wrong with the settings, and with the user's tuning of a device.
  func properties() throws -> [DeviceProperties] {
    try providers.flatMap { provider in
      try provider.devices.indices.map { try provider.describe($0, settings) }
    }
  }

  /// Every kind of which there is no device, and what to do about it.
  var missing: [(kind: DeviceKind, remedy: String)] {
    providers.filter(\.devices.isEmpty).map { ($0.kind, remedy(for: $0)) }
  }

  /// What there is to say of drivers where there are devices of their kind.
  var notes: [String] {
    providers.flatMap(\.notes) + providers.filter { !$0.devices.isEmpty }.flatMap { $0.failures(settings) }
  }

  private func remedy(for provider: any DeviceProvider) -> String {
    let failures = provider.failures(settings)
    return failures.isEmpty ? provider.remedy : failures.joined(separator: "; ")
  }

  /// The device that a choice means.
  private func find(_ choice: DeviceChoice) throws -> (any DeviceProvider, Int) {
    guard case .of(let kind, let which) = choice else { return try best() }
    guard let provider = providers.first(where: { $0.kind == kind }) else {
      throw NoDevice(
        wanted: choice.description, kind: kind, remedy: "nothing opens such devices", found: [],
        others: providers.map(\.kind.word))
    }
    let devices = provider.devices
    let usable = devices.indices.filter { devices[$0].lacks.isEmpty }
    let fitting =
      switch which {
      case .best: Array(usable.prefix(1))
      case .numbered(let number): usable.filter { $0 == number }
      case .named(let part):
        usable.filter {
          "\(devices[$0].name) \(devices[$0].maker)".lowercased().contains(part.lowercased())
        }
      }
    guard let found = fitting.first else {
      throw NoDevice(
        wanted: choice.description, kind: kind, remedy: remedy(for: provider), found: devices,
        others: providers.map(\.kind.word).filter { $0 != kind.word }, failures: provider.failures(settings))
    }
    if fitting.count > 1 {
      let names = fitting.map { "\(kind.word):\($0) (\(devices[$0].name))" }.joined(separator: ", ")
      logger.info("\(choice) means the first of \(fitting.count) devices: \(names)")
    }
    return (provider, found)
  }

  /// What `auto` means: the place of the best usable device in `devices`.  Whoever sets what drivers' devices alone heed, a
  /// schedule or kernels, means one of those.
  var automatic: Int? {
    let found = devices.enumerated().filter(\.element.device.lacks.isEmpty)
    let drivers = found.filter { [.card, .driversProcessor].contains($0.element.device.rank) }
    let means = settings.schedule != nil || settings.kernelSources != nil
    return (means && !drivers.isEmpty ? drivers : found).min {
      $0.element.device.rank < $1.element.device.rank
    }?.offset
  }

  /// The same, opened.  Where it is no card, that is told of which there might be one.
  private func best() throws -> (any DeviceProvider, Int) {
    let all = providers.flatMap { provider in provider.devices.indices.map { (provider, $0) } }
    guard let place = automatic else { preconditionFailure("the CPU backend is always there") }
    let (provider, index) = all[place]
    guard provider.devices[index].rank != .card else { return all[place] }
    for other in providers where other.kind != provider.kind {
      let usable = other.devices.contains(where: \.lacks.isEmpty)
      let failures = other.failures(settings).map { "\($0); " }.joined()
      guard !usable || !failures.isEmpty else { continue }
      let reason = usable ? failures : "\(absence(of: other)): "
      logger.info("\(reason)running on the \(provider.kind.title), which gives the same results")
    }
    return all[place]
  }

  /// That there is no device of a kind, and why, where one might be expected.
  private func absence(of provider: any DeviceProvider) -> String {
    let kind = provider.kind
    let lacks = provider.devices.enumerated().compactMap { $1.lack("\(kind.word):\($0)") }
    let reasons = (lacks + provider.failures(settings)).joined(separator: "; ")
    return "no \(lacks.isEmpty ? "" : "usable ")\(kind.title)\(reasons.isEmpty ? "" : " (\(reasons))")"
  }
}

/// A device that was asked for and cannot be used.
public struct NoDevice: MendedByChoice, CustomStringConvertible {
  /// What was asked for.
  package let wanted: String
  /// The kind of device that this means, and what to do where there is none.
  package let kind: DeviceKind, remedy: String
  /// What there is of the kind, and the words of the other kinds.
  package let found: [FoundDevice], others: [String]
  /// A sentence for each driver that offers none.
  package var failures: [String] = []

  /// Another device.
  package var choices: [String] { ["device"] }

  /// One sentence with the remedy.
  public var description: String {
    guard !found.isEmpty else {
      return "no \(kind.title) (\(wanted)): \(remedy); or choose \(others.joined(separator: ", "))"
    }
    let numbered = found.enumerated().map { (word: "\(kind.word):\($0)", device: $1) }
    let usable = numbered.filter(\.device.lacks.isEmpty).map { "\($0.word) (\($0.device.name))" }
    let lacking = numbered.compactMap { $0.device.lack($0.word) }
    let there = (usable + lacking + others).joined(separator: ", ")
    return (["no usable \(kind.title) '\(wanted)': there are \(there)"] + failures).joined(separator: "; ")
  }
}

/// A schedule, or a search for one, where a kind of device has none.
package struct NoSchedules: Error, CustomStringConvertible {
  /// The kind.
  package let kind: DeviceKind

  /// One sentence.
  package var description: String { "the \(kind.title) has nothing to tune: its sizes are fixed" }
}
