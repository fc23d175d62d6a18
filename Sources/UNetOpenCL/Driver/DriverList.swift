import COpenCL
import Glibc
import UNetNumerics

/// What the OpenCL loader and its drivers list, or why they do not.
enum DriverList {
  /// The handles, or a sentence that has what was returned.
  typealias Answer<Handle> = (found: [Handle], failure: String?)

  /// The drivers.  That none is installed is no failure.
  static func platforms() -> Answer<cl_platform_id> {
    // Drivers for CPUs end the process where they get none.
    guard HostThreads.areGranted else {
      return (
        [],
        "the system starts no threads for a driver: allow more processes (ulimit -u) or memory (ulimit -v)"
      )
    }
    let place = getenv("OCL_ICD_VENDORS").map { String(cString: $0) } ?? DriverFiles.usual
    if let file = DriverFiles.strange(in: place) {
      return ([], "\(file) is no file, and the OpenCL loader would wait for it: remove it")
    }
    let (found, code) = list { clGetPlatformIDs($0, $1, $2) }
    let none = [CL_SUCCESS, -1001].contains(code)  // CL_PLATFORM_NOT_FOUND_KHR, of the loader
    return (found, none ? nil : "the OpenCL loader fails (OpenCL error \(code)): install it anew")
  }

  /// The devices of a driver; `note` where it needed help.
  static func devices(of platform: cl_platform_id) -> (answer: Answer<cl_device_id>, note: String?) {
    func ask() -> (found: [cl_device_id], code: Int32) {
      list { clGetDeviceIDs(platform, cl_device_type(CL_DEVICE_TYPE_ALL), $0, $1, $2) }
    }
    let (found, code) = ask()
    let name = text { clGetPlatformInfo(platform, cl_platform_info(CL_PLATFORM_NAME), $0, $1, $2) }
    let isPoCL = name == "Portable Computing Language"
    guard found.isEmpty else { return ((found, nil), isPoCL ? PoCLCache.note : nil) }
    let failure = "the driver \(name) is there and offers no device (OpenCL error \(code)): "
    guard isPoCL else { return (([], failure + "`clinfo` may say why"), nil) }
    if let devices = getenv("POCL_DEVICES").map({ String(cString: $0) }), !PoCLCache.isMissing {
      return (
        ([], failure + "it knows none of POCL_DEVICES, '\(devices)': name basic or pthread, or unset it"), nil
      )
    }
    let note = PoCLCache.note ?? PoCLCache.useSpare()
    let again = ask().found
    guard again.isEmpty else { return ((again, nil), note) }
    return (([], failure + "name a folder that it can write to in POCL_CACHE_DIR"), nil)
  }

  /// A list that OpenCL gives in two calls, its length and itself, and what it returned.
  private static func list<Handle>(
    _ ask: (cl_uint, UnsafeMutablePointer<Handle?>?, UnsafeMutablePointer<cl_uint>?) -> Int32
  ) -> (found: [Handle], code: Int32) {
    var count: cl_uint = 0
    var code = ask(0, nil, &count)
    guard code == CL_SUCCESS, count > 0 else { return ([], code) }
    var handles = [Handle?](repeating: nil, count: Int(count))
    code = ask(count, &handles, nil)
    return (code == CL_SUCCESS ? handles.compactMap(\.self) : [], code)
  }
}
