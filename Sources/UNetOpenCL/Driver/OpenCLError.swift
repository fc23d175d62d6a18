import COpenCL

/// A call to OpenCL that failed.
package struct OpenCLError: Error, CustomStringConvertible {
  /// The function.
  package let call: String
  /// What it returned.
  package let code: Int32
  /// The device, where one is concerned.
  package let device: String?

  /// What failed where, and the remedy where there is one.
  package var description: String {
    let place = device.map { " on \($0)" } ?? ""
    return "\(call)\(place) failed: \(meaning) (OpenCL error \(code))"
  }

  /// Whether the device itself did not open, before a network asked for anything.
  private var isOpening: Bool { ["clCreateContext", "clCreateCommandQueue"].contains(call) }

  private var meaning: String {
    switch code {
    case CL_DEVICE_NOT_AVAILABLE: "the device is not available; another program may hold it"
    case _ where isOpening: "the driver does not open it; update the driver, or choose another device"
    case CL_DEVICE_NOT_FOUND: "no such device"
    case CL_MEM_OBJECT_ALLOCATION_FAILURE, CL_OUT_OF_HOST_MEMORY, CL_INVALID_BUFFER_SIZE:
      "not enough memory; give a smaller tile or width"
    case CL_OUT_OF_RESOURCES: "the device is out of resources; give a smaller tile or width"
    case CL_INVALID_WORK_GROUP_SIZE: "invalid work-group size"
    case CL_INVALID_ARG_VALUE: "a size passes 2147483647, which kernels count to; give a smaller tile"
    case CL_INVALID_KERNEL_ARGS: "a kernel argument is not set"
    case CL_INVALID_KERNEL_NAME: "the program has no such kernel"
    default: "see the code in CL/cl.h"
    }
  }
}

/// A program that the device's compiler refused.
package struct KernelBuildError: Error, CustomStringConvertible {
  /// The file in `Kernels`, and whether it is that of the binary, which the user did not write.
  package let file: String, isBuiltIn: Bool
  /// The options it was built with.
  package let options: String
  /// The device whose compiler refused.
  package let device: String
  /// What the driver returned.
  package let code: Int32
  /// What the compiler said, with file and line.
  package let log: String

  /// One line, then the compiler's log, indented.
  package var description: String {
    let lines = log.split(whereSeparator: \.isNewline).map { "\n  \($0)" }.joined()
    let remedy =
      isBuiltIn ? "update the driver, or choose another device" : "mend it, or use the kernels of the binary"
    return
      "\(file) does not compile on \(device) with \(options) (OpenCL error \(code)): \(remedy)\(lines)"
  }
}

/// Throws unless `code` is success.  `call` is the name of the function that returned it.
func check(_ code: Int32, _ call: String, on device: String? = nil) throws(OpenCLError) {
  if code != CL_SUCCESS { throw OpenCLError(call: call, code: code, device: device) }
}

/// The object that `create` makes.
/// - Throws: `OpenCLError` where it reports a failure.
func make<Object>(_ call: String, on device: String? = nil, _ create: (inout Int32) -> Object?)
  throws(OpenCLError) -> Object
{
  var code: Int32 = 0
  let object = create(&code)
  try check(code, call, on: device)
  guard let object else { throw OpenCLError(call: call, code: CL_OUT_OF_HOST_MEMORY, device: device) }
  return object
}
