import Foundation
import UNetFiles
import UNetKernels
import UNetOpenCL

/// What of a device decides which schedule it works by.
package struct TuningTarget: Sendable {
  /// The device's name, and its driver's version.
  package let name: String, driver: String
  /// What it is, and the largest tile that it holds.
  package let kind: DeviceDescription.Kind, limits: DeviceLimits

  /// A device.
  package init(_ device: DeviceDescription) {
    self.init(name: device.name, driver: device.driver, kind: device.kind, limits: device.limits)
  }

  /// A device of this name, driver, kind and limits.
  package init(name: String, driver: String, kind: DeviceDescription.Kind, limits: DeviceLimits) {
    (self.name, self.driver, self.kind, self.limits) = (name, driver, kind, limits)
  }

  /// The schedule `name`, or that of its kind, without a file.
  package func standard(_ name: KernelSchedule.Name? = nil) -> KernelSchedule {
    KernelSchedule(name, kind: kind, limits: limits)
  }

  /// The user's file for it in the folder of tunings.
  package func userFile(in folder: String) -> String { Path.join(folder, "\(fileName).yaml") }

  /// The name in small letters, digits and `-`: safe on every file system.
  package var fileName: String {
    let words = name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return words.isEmpty ? "device" : String(words.joined(separator: "-").prefix(100))
  }
}

/// The schedule that a device works by, and the file that it comes from.
///
/// The first that has it counts: the user's file for the device, the file shipped for the device, the values in the code.
package struct TunedSchedule: Sendable {
  /// The schedule.
  package let schedule: KernelSchedule
  /// The file; nil for the values in the code.
  package let file: String?
  /// Where and when the file's values were found, where it says so.
  package let origin: TuningFile.Origin?

  /// The schedule `name`, or that of the kind of device, with the parameters for `target`; `folder` holds the user's
  /// tunings, where there are any.
  /// - Throws: `ConfigurationError` with file and line where the user's file is wrong; `FileError`, `TextError` where it
  ///   cannot be read.
  package init(
    _ name: KernelSchedule.Name? = nil, for target: TuningTarget, folder: String?
  ) throws {
    let standard = target.standard(name)
    if let user = folder.map(target.userFile), Files.exists(user) {
      let tuning = try TuningFile(yaml: TextFile.read(user), file: user, for: target)
      if let schedule = tuning.schedule(standard.name) {
        self.init(schedule, user, tuning.origin)
        return
      }
    }
    if let shipped = ShippedTuning(rawValue: target.fileName) {
      let tuning = try TuningFile(yaml: shipped.text, file: shipped.path, for: target)
      if let schedule = tuning.schedule(standard.name) {
        self.init(schedule, shipped.path, tuning.origin)
        return
      }
    }
    self.init(standard, nil, nil)
  }

  private init(_ schedule: KernelSchedule, _ file: String?, _ origin: TuningFile.Origin?) {
    (self.schedule, self.file, self.origin) = (schedule, file, origin)
  }
}
