import UNetOpenCL
import UNetRuntime

/// A device whose fastest schedule can be searched for.
package struct TunableDevice {
  /// The device.
  package let target: TuningTarget
  /// The schedule that the search starts from: the values in the code.
  package let start: KernelSchedule
  /// Where the user's tuning of it is looked for; nil where nowhere.
  package let userFile: String?
  /// A backend that works by a schedule.
  package let make: (KernelSchedule) throws -> any Backend
}
