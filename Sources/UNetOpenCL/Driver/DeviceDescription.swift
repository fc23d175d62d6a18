import COpenCL

/// A device that the OpenCL loader lists, not opened.
///
/// Sendable: the handle is never released and never changes.
package struct DeviceDescription: @unchecked Sendable {
  /// What the device says it is.
  package enum Kind: String, Sendable { case gpu = "GPU", accelerator, cpu = "CPU", other }

  /// Its place in the list, which `--device opencl:N` takes.
  package let index: Int
  /// The device's name.
  package let name: String
  /// The platform's name and the device's OpenCL version.
  package let platform: String, version: String
  /// The driver's version.
  package let driver: String
  /// What it is.
  package let kind: Kind
  /// Its memory in bytes, and the largest single buffer.
  package let memory: UInt64, largestBuffer: UInt64
  /// Its compute units, as the driver counts them, and those with local memory of their own: Intel counts each of the eight or
  /// more execution units that share one.
  package let computeUnits: Int, cores: Int
  /// What it gives a work-group and an item.
  package let limits: DeviceLimits
  /// Whether its memory is the processor's, as that of a GPU inside a processor.
  package let isShared: Bool
  /// What this project needs and the device lacks; empty on a device that works.
  package let lacks: [String]

  let id: cl_device_id

  /// Every device of every platform: GPUs first, then accelerators, then CPUs; of each those with memory of their own, more
  /// of it first, then the loader's order.
  ///
  /// Asked of the loader once: some drivers are not safe to be woken by two threads.
  package static func all() -> [DeviceDescription] { listed.devices }

  /// A sentence for each driver that is there and offers no device, with what it returned.
  package static func failures() -> [String] { listed.failures }

  /// A sentence for each driver that offers devices only since it was helped.
  package static func notes() -> [String] { listed.notes }

  private static let listed: (devices: [DeviceDescription], failures: [String], notes: [String]) = {
    let platforms = DriverList.platforms()
    let lists = platforms.found.map { (platform: $0, devices: DriverList.devices(of: $0)) }
    let described = lists.flatMap { list in
      list.devices.answer.found.map { DeviceDescription($0, platform: list.platform) }
    }
    let order: [Kind] = [.gpu, .accelerator, .cpu, .other]
    // A sort that keeps the loader's order of equal ones.
    let ranked = described.enumerated().sorted { a, b in
      let ranks = [a, b].map { (order.firstIndex(of: $0.element.kind) ?? 0, $0.element.isShared ? 1 : 0) }
      let sizes = [a, b].map { (-Int64(clamping: $0.element.memory), $0.offset) }
      return ranks[0] == ranks[1] ? sizes[0] < sizes[1] : ranks[0] < ranks[1]
    }
    let sorted = ranked.map(\.element)
    return (
      sorted.enumerated().map { DeviceDescription($1, index: $0) },
      [platforms.failure].compactMap(\.self) + lists.compactMap(\.devices.answer.failure),
      lists.compactMap(\.devices.note)
    )
  }()

  private init(_ id: cl_device_id, platform: cl_platform_id) {
    self.id = id
    index = 0
    name = text { clGetDeviceInfo(id, cl_device_info(CL_DEVICE_NAME), $0, $1, $2) }
    version = text { clGetDeviceInfo(id, cl_device_info(CL_DEVICE_VERSION), $0, $1, $2) }
    driver = text { clGetDeviceInfo(id, cl_device_info(CL_DRIVER_VERSION), $0, $1, $2) }
    self.platform = text { clGetPlatformInfo(platform, cl_platform_info(CL_PLATFORM_NAME), $0, $1, $2) }
    memory = number(id, CL_DEVICE_GLOBAL_MEM_SIZE, cl_ulong(0))
    largestBuffer = number(id, CL_DEVICE_MAX_MEM_ALLOC_SIZE, cl_ulong(0))
    computeUnits = Int(number(id, CL_DEVICE_MAX_COMPUTE_UNITS, cl_uint(0)))
    kind = Kind(number(id, CL_DEVICE_TYPE, cl_device_type(0)))
    isShared = number(id, CL_DEVICE_HOST_UNIFIED_MEMORY, cl_bool(0)) != 0
    let isIntels = kind == .gpu && number(id, CL_DEVICE_VENDOR_ID, cl_uint(0)) == 0x8086
    cores = isIntels ? max(1, computeUnits / 8) : computeUnits
    limits = DeviceLimits(
      localBytes: Int(number(id, CL_DEVICE_LOCAL_MEM_SIZE, cl_ulong(0))),
      items: number(id, CL_DEVICE_MAX_WORK_GROUP_SIZE, 0),
      nativeFloats: Int(number(id, CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT, cl_uint(16))),
      itemResults: isIntels ? 32 : 64)
    lacks = DeviceDescription.missing(id)
  }

  private init(_ other: DeviceDescription, index: Int) {
    self.index = index
    (name, platform, version, driver) = (other.name, other.platform, other.version, other.driver)
    (kind, memory, largestBuffer) = (other.kind, other.memory, other.largestBuffer)
    (computeUnits, cores, limits) = (other.computeUnits, other.cores, other.limits)
    (isShared, lacks, id) = (other.isShared, other.lacks, other.id)
  }

  private static func missing(_ id: cl_device_id) -> [String] {
    var missing: [String] = []
    if number(id, CL_DEVICE_AVAILABLE, cl_bool(0)) == 0 { missing.append("availability") }
    if number(id, CL_DEVICE_COMPILER_AVAILABLE, cl_bool(0)) == 0 { missing.append("a compiler") }
    if number(id, CL_DEVICE_ENDIAN_LITTLE, cl_bool(0)) == 0 { missing.append("little-endian numbers") }
    // Not CL_FP_DENORM and the like: what the arithmetic is, is found out (`checkArithmetic`).
    return missing
  }
}

/// What a device gives a work-group and an item.
package struct DeviceLimits: Hashable, Sendable {
  /// Local memory of a group in bytes, and its items.
  package var localBytes: Int, items: Int
  /// Floats of a register, and how many results an item keeps in registers.
  package var nativeFloats: Int, itemResults: Int

  /// These limits.
  package init(localBytes: Int, items: Int, nativeFloats: Int = 16, itemResults: Int = 64) {
    (self.localBytes, self.items) = (localBytes, items)
    (self.nativeFloats, self.itemResults) = (nativeFloats, itemResults)
  }
}

extension DeviceDescription.Kind {
  init(_ type: cl_device_type) {
    switch Int32(truncatingIfNeeded: type) {
    case let t where t & Int32(CL_DEVICE_TYPE_GPU) != 0: self = .gpu
    case let t where t & Int32(CL_DEVICE_TYPE_CPU) != 0: self = .cpu
    case let t where t & Int32(CL_DEVICE_TYPE_ACCELERATOR) != 0: self = .accelerator
    default: self = .other
    }
  }
}

/// A text that OpenCL gives in two calls: its length, then itself.
func text(_ ask: (Int, UnsafeMutableRawPointer?, UnsafeMutablePointer<Int>?) -> Int32) -> String {
  var count = 0
  guard ask(0, nil, &count) == CL_SUCCESS, count > 0 else { return "" }
  var bytes = [UInt8](repeating: 0, count: count)
  guard ask(count, &bytes, nil) == CL_SUCCESS else { return "" }
  return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
}

private func number<T: BitwiseCopyable>(_ id: cl_device_id, _ what: Int32, _ zero: T) -> T {
  var value = zero
  clGetDeviceInfo(id, cl_device_info(what), MemoryLayout<T>.size, &value, nil)
  return value
}
