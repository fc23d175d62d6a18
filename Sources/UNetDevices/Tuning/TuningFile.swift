import UNetConfiguration
import UNetOpenCL

/// A file with the parameters of schedules: what `unet tune` writes, and those of `Kernels/Tuning`.
///
/// Read strictly: every key is known, every value one of those that are tuned.  A parameter that is not given has the
/// value that it has without a file.
package struct TuningFile: Equatable, Sendable {
  /// Where its parameters were found; nil where it does not say so.
  package var origin: Origin?
  /// The parameters, of each schedule at most once.
  package var schedules: [KernelSchedule]

  /// The measurement that led to a file.
  package struct Origin: Equatable, Sendable {
    /// The device's name, and its driver's version.
    package var device: String, driver: String
    /// The day, in ISO 8601.
    package var date: String
    /// The network whose operations were timed: the side of its tile in pixels, the channels of its first level.
    package var size: Int, width: Int

    /// A measurement on this device, this day.
    package init(device: String, driver: String, date: String, size: Int, width: Int) {
      (self.device, self.driver, self.date) = (device, driver, date)
      (self.size, self.width) = (size, width)
    }
  }

  /// These schedules, found so.
  package init(origin: Origin?, schedules: [KernelSchedule]) {
    (self.origin, self.schedules) = (origin, schedules)
  }

  /// The schedule of this name, where the file has it.
  package func schedule(_ name: KernelSchedule.Name) -> KernelSchedule? {
    schedules.first { $0.name == name }
  }

  /// The file, with `comment` in its first lines.
  package func yaml(comment: String = "") -> String {
    let head = comment.split(separator: "\n").map { "# \($0)\n" }.joined()
    let origin: [(String, YAMLText)] =
      origin.map {
        [
          ("device", .text($0.device)), ("driver", .text($0.driver)), ("date", .text($0.date)),
          ("size", .number($0.size)), ("width", .number($0.width)),
        ]
      } ?? []
    let parameters = YAMLText.section(schedules.map { ($0.name.rawValue, $0.parametersYAML) })
    return head + YAMLText.section(origin + [("schedule", parameters)]).lines()
  }
}

extension TuningFile {
  /// The file `file` that holds `text`; `target` gives the parameters that it leaves out, and its limits bound them.
  /// - Throws: `ConfigurationError` with the line.
  package init(yaml text: String, file: String, for target: TuningTarget) throws {
    let document = try YAMLValue.document(text, file: file)
    guard case .mapping = document.content else {
      throw ConfigurationError(document.place, "a tuning must be keys with values: device, schedule ...")
    }
    let section = try YAMLMapping(document, keys: ["device", "driver", "date", "size", "width", "schedule"])
    schedules = try [KernelSchedule](section.required("schedule"), for: target)
    guard let device = try section["device"]?.text() else { return }
    origin = Origin(
      device: device, driver: try section.required("driver").text(),
      date: try section.required("date").text(),
      size: try section.required("size").integer(.from(1)),
      width: try section.required("width").integer(.from(1)))
    guard device == target.name else {
      throw ConfigurationError(
        try section.required("device").place,
        "device is \(device), not \(target.name): remove the file, or tune the device anew")
    }
  }
}
