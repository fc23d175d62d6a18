import COpenCL
import UNetNumerics
import UNetRuntime

/// Floats on a device, freed with the last reference.
package final class DeviceBuffer {
  /// The driver's handle.
  package let memory: cl_mem
  private let owner: Owner
  /// The parts of this buffer, in the order in which they were made.
  private var parts: [cl_mem] = []

  private enum Owner {
    case itself(bytes: Int, Ledger)
    case other(DeviceBuffer)
  }

  /// `count` floats of `other` from `offset` on.
  ///
  /// Parts overlap, where values that do not live at the same time share memory.  NVIDIA's driver (580.159) crashes when
  /// such sub-buffers are released in any order but the reverse of their making, so the buffer releases them itself.
  init(partOf other: DeviceBuffer, from offset: Int, count: Int, on device: Device) throws(OpenCLError) {
    let stride = MemoryLayout<Float>.stride
    var region = cl_buffer_region(origin: offset * stride, size: max(count, 1) * stride)
    memory = try make("clCreateSubBuffer(\(region.size) bytes)", on: device.description.name) {
      clCreateSubBuffer(
        other.memory, cl_mem_flags(CL_MEM_READ_WRITE), cl_buffer_create_type(CL_BUFFER_CREATE_TYPE_REGION),
        &region,
        &$0)
    }
    owner = .other(other)
    other.parts.append(memory)
  }

  init(count: Int, on device: Device, ledger: Ledger) throws(OpenCLError) {
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    memory = try make("clCreateBuffer(\(bytes) bytes)", on: device.description.name) {
      clCreateBuffer(device.context, cl_mem_flags(CL_MEM_READ_WRITE), bytes, nil, &$0)
    }
    owner = .itself(bytes: bytes, ledger)
    ledger.add(bytes)
    if device.description.kind == .cpu { preferLargePages(bytes, on: device) }
  }

  /// The memory of a buffer on a processor is the computer's, where a mapping shows it; nothing is read or written.
  private func preferLargePages(_ bytes: Int, on device: Device) {
    guard bytes >= 2 * HostMemory.largePage else { return }
    let start = clEnqueueMapBuffer(
      device.queue, memory, cl_bool(CL_TRUE), cl_map_flags(CL_MAP_WRITE_INVALIDATE_REGION), 0, bytes, 0, nil,
      nil, nil)
    guard let start else { return }
    HostMemory.preferLargePages(start, bytes: bytes)
    clEnqueueUnmapMemObject(device.queue, memory, start, 0, nil, nil)
  }

  deinit {
    guard case .itself(let bytes, let ledger) = owner else { return }
    parts.reversed().forEach { clReleaseMemObject($0) }
    clReleaseMemObject(memory)
    ledger.add(-bytes)
  }
}

/// Room that operations use while they run and nobody reads after.  One for a backend: its queue runs in order.
///
/// Operations reserve when they are prepared; the buffer is made when the first of them runs.
final class DeviceScratch {
  private let device: Device
  private let ledger: Ledger
  private var count = 0
  private var buffer: DeviceBuffer?
  /// Changes whenever the buffer does, so that kernels know to bind it again.
  private(set) var generation = 0

  init(on device: Device, ledger: Ledger) { (self.device, self.ledger) = (device, ledger) }

  func reserve(_ count: Int) {
    guard count > self.count else { return }
    (self.count, buffer) = (count, nil)
    generation += 1
  }

  func current() throws(OpenCLError) -> DeviceBuffer {
    if let buffer { return buffer }
    let made = try DeviceBuffer(count: count, on: device, ledger: ledger)
    buffer = made
    return made
  }
}
