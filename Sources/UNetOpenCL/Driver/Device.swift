import COpenCL
import Logging
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

  /// Some drivers are not safe to open twice at once, so each device is opened once for its settings and kept.
  private static let opened = Mutex<[Key: Device]>([:])
  private struct Key: Hashable { let index: Int, settings: DriverSettings }

  /// The device at `index` of `DeviceDescription.all()`.  The first who opens it gives the logger.
  /// - Throws: `OpenCLError` where there is none, it lacks what is needed or it does not open.
  package static func open(
    _ index: Int = 0, _ settings: DriverSettings = .init(), logger: Logger? = nil
  ) throws -> Device {
    try opened.withLock { devices in
      let key = Key(index: index, settings: settings)
      if let device = devices[key] { return device }
      let all = DeviceDescription.all()
      guard all.indices.contains(index), all[index].lacks.isEmpty else {
        throw OpenCLError(call: "opening OpenCL device \(index)", code: CL_DEVICE_NOT_FOUND, device: nil)
      }
      let device = try Device(all[index], settings, logger)
      devices[key] = device
      return device
    }
  }

  private init(_ description: DeviceDescription, _ settings: DriverSettings, _ logger: Logger?)
    throws(OpenCLError)
  {
    let name = description.name
    var id: cl_device_id? = description.id
    let context = try make("clCreateContext", on: name) { clCreateContext(nil, 1, &id, nil, nil, &$0) }
    queue = try make("clCreateCommandQueue", on: name) { clCreateCommandQueue(context, id, 0, &$0) }
    (self.description, self.context) = (description, context)
    library = KernelLibrary(description, context, settings, logger)
  }

  /// How many programs were compiled so far, and how many loaded from their binaries.
  package var programs: (compiled: Int, loaded: Int) { library.programCounts }

  /// Waits for everything enqueued so far.
  func finish() throws(OpenCLError) { try check(clFinish(queue), "clFinish", on: description.name) }
}

/// How a device's programs come to be.
package struct DriverSettings: Hashable, Sendable {
  /// A folder with OpenCL C to compile in place of that in the binary.
  package var kernels: String?
  /// The folder where programs are kept once they are compiled; nil: they are not.
  package var programs: String?
  /// Whether they are kept even where the driver has a cache of its own.
  package var keepsAll: Bool

  /// By default the kernels in the binary, kept nowhere.
  package init(kernels: String? = nil, programs: String? = nil, keepsAll: Bool = false) {
    (self.kernels, self.programs, self.keepsAll) = (kernels, programs, keepsAll)
  }
}
