import Logging
import UNetConfiguration
import UNetRuntime

/// A kind of device: what there is of it, and how a backend is made there.
///
/// A new kind is one such type, its word in `DeviceKind.all`, and its place in `DeviceRegistry.standard`.
package protocol DeviceProvider: Sendable {
  /// How it is spelt.
  var kind: DeviceKind { get }
  /// What to do where there is no such device, and no driver that fails.
  var remedy: String { get }

  /// A sentence for each driver that is there and offers no device, beside others that do.
  func failures(_ settings: DeviceSettings) -> [String]

  /// A sentence for each driver that offers devices in a way that a user should know of.
  var notes: [String] { get }

  /// Every device of the kind, the best first, those included that cannot be used.
  var devices: [FoundDevice] { get }

  /// What there is to say of the device at `index` of the list, and of how it would be used.
  /// - Throws: what is wrong with the settings, and with the user's tuning of the device.
  func describe(_ index: Int, _ settings: DeviceSettings) throws -> DeviceProperties

  /// The backend of the device at `index` of the list.
  func open(_ index: Int, _ settings: DeviceSettings, _ logger: Logger) throws -> any Backend

  /// The same once for each schedule by which the device can work, or only for the one that `yaml` describes; nil where
  /// the kind has none.
  func openSchedules(_ index: Int, yaml: String?, _ settings: DeviceSettings, _ logger: Logger) throws
    -> [ScheduledBackend]?

  /// What a search for the device's fastest schedule needs; nil where there is nothing to tune.
  func tuning(_ index: Int, _ settings: DeviceSettings, _ logger: Logger) throws -> TunableDevice?
}

extension DeviceProvider {
  /// A kind whose devices need no driver.
  package func failures(_ settings: DeviceSettings) -> [String] { [] }

  /// Nothing to say.
  package var notes: [String] { [] }

  /// A kind without schedules.
  package func openSchedules(_ index: Int, yaml: String?, _ settings: DeviceSettings, _ logger: Logger) throws
    -> [ScheduledBackend]?
  { nil }

  /// Nothing to tune.
  package func tuning(_ index: Int, _ settings: DeviceSettings, _ logger: Logger) throws -> TunableDevice? {
    nil
  }
}

/// A device that turned out, when it was opened, not to compute what others do.
package protocol UnfitDevice: Error {}

/// A backend that works by one of its device's schedules.
package struct ScheduledBackend {
  /// The schedule's name, and the same with its parameters; nil where the kind has none.
  package let schedule: String?, parameters: String?
  /// The backend.
  package let backend: any Backend
}

/// A device that is there, not opened.
public struct FoundDevice: Sendable {
  /// Its name and its maker, by a part of which it is found.
  public let name: String, maker: String
  /// What it lacks; empty where it can be used.
  public let lacks: [String]
  /// What it is; `auto` means the first that there is.
  package let rank: Rank

  /// What devices are, the fastest first.
  package enum Rank: Int, Sendable, Comparable {
    /// A graphics card or another accelerator.
    case card
    /// The processor, by loops made for it; by a driver; by loops without vectors.
    case processor, driversProcessor, slowProcessor

    package static func < (a: Rank, b: Rank) -> Bool { a.rawValue < b.rawValue }
  }

  /// What it lacks as a sentence; nil where it can be used.
  func lack(_ choice: String) -> String? {
    lacks.isEmpty ? nil : "\(choice) (\(name)) lacks \(lacks.joined(separator: ", "))"
  }

  /// A device called so.
  package init(name: String, maker: String = "", lacks: [String] = [], rank: Rank = .card) {
    (self.name, self.maker, self.lacks, self.rank) = (name, maker, lacks, rank)
  }
}

/// What a list of devices shows of one: a first line, then properties, each with its name.
package struct DeviceProperties: Sendable {
  let title: String
  /// Without the title.
  package let properties: [(name: String, value: String)]

  /// These lines.
  package init(_ title: String, _ properties: KeyValuePairs<String, String>) {
    (self.title, self.properties) = (title, properties.map { ($0.key, $0.value) })
  }
}
