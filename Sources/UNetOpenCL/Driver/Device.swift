import COpenCL
import Foundation
import Synchronization

/// An open device, with its context and its one queue.  Commands run in the order in which they are enqueued.
///
/// Sendable: the handles never change, and OpenCL's functions on them may be called from any thread.
package final class Device: @unchecked Sendable {
  /// What the device is.
  package let description: DeviceDescription
  let context: cl_context
  let queue: cl_command_queue
  let library: KernelLibrary

  /// Some drivers are not safe to open twice at once, so each device is opened once and kept.
  private static let opened = Mutex<[Int: Device]>([:])

  /// The device at `index` of `DeviceDescription.all()`.
  /// - Throws: `NoDevice` where there is none or it lacks what is needed, `OpenCLError` where it does not open.
  package static func open(_ index: Int = 0) throws -> Device {
    try opened.withLock { devices in
      if let device = devices[index] { return device }
      let all = DeviceDescription.all()
      guard all.indices.contains(index) else { throw NoDevice(wanted: "opencl:\(index)", found: all) }
      guard all[index].lacks.isEmpty else { throw NoDevice(wanted: "opencl:\(index)", found: all) }
      let device = try Device(all[index])
      devices[index] = device
      return device
    }
  }

  private init(_ description: DeviceDescription) throws(OpenCLError) {
    let name = description.name
    var id: cl_device_id? = description.id
    let context = try make("clCreateContext", on: name) { clCreateContext(nil, 1, &id, nil, nil, &$0) }
    queue = try make("clCreateCommandQueue", on: name) { clCreateCommandQueue(context, id, 0, &$0) }
    (self.description, self.context) = (description, context)
    library = KernelLibrary(description, context)
  }

  /// Waits for everything enqueued so far.
  func finish() throws(OpenCLError) { try check(clFinish(queue), "clFinish", on: description.name) }
}

/// An OpenCL device that was asked for and cannot be used.
package struct NoDevice: Error, CustomStringConvertible {
  /// What was asked for.
  package let wanted: String
  /// What there is.
  package let found: [DeviceDescription]

  /// An error of asking for `wanted` among `found`.
  package init(wanted: String, found: [DeviceDescription]) { (self.wanted, self.found) = (wanted, found) }

  /// One sentence with the remedy.
  package var description: String {
    guard !found.isEmpty else {
      return "no OpenCL device (\(wanted)): install a driver (on Debian: apt-get install pocl-opencl-icd) "
        + "or give --device cpu"
    }
    let usable = found.filter { $0.lacks.isEmpty }.map { "opencl:\($0.index) (\($0.name))" }
    let lacking = found.filter { !$0.lacks.isEmpty }.map {
      "opencl:\($0.index) (\($0.name)) lacks \($0.lacks.joined(separator: ", "))"
    }
    return "no usable OpenCL device '\(wanted)': there are "
      + (usable + lacking + ["cpu"]).joined(separator: ", ")
  }
}
