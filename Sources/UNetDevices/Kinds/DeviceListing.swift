import UNetNumerics

/// Where this machine can run a network, as text: `unet devices`.
package struct DeviceListing: Sendable {
  /// A few lines for each device, `*` before the default.
  package let text: String

  /// What there is now.
  /// - Throws: what is wrong with the settings, and with the user's tuning of a device.
  package init(_ registry: DeviceRegistry) throws {
    let devices = registry.devices
    let best = registry.automatic
    let blocks = zip(devices.indices, try registry.properties()).map { index, properties in
      Self.block("\(devices[index].choice)", isDefault: index == best, properties)
    }
    let missing = registry.missing.map { "no \($0.kind.title): \($0.remedy)" }
    text = (blocks + missing + registry.notes).joined(separator: "\n")
  }

  private static func block(_ choice: String, isDefault: Bool, _ device: DeviceProperties) -> String {
    let head = padded((isDefault ? "* " : "  ") + choice, to: 14)
    let indent = String(repeating: " ", count: 14)
    return ([head + device.title] + device.properties.map { indent + padded($0.name, to: 10) + $0.value })
      .joined(separator: "\n")
  }
}
