import COpenCL
import Testing
import UNetOpenCL
import UNetRuntime

@Suite struct DeviceBufferTests {
  /// NVIDIA's driver crashes where overlapping parts are released one by one, in an order of their own.
  @Test func partsAreKeptAsLongAsTheirBuffer() throws {
    let device = try Device.open()
    let backend = OpenCLBackend(device)
    let buffer = try backend.makeBuffer(count: 1 << 16)
    for offset in [0, 1 << 12, 0] {
      var part: DeviceBuffer? = try backend.part(of: buffer, from: offset, count: 1 << 13)
      let memory = try #require(part?.memory)
      clRetainMemObject(memory)
      defer { clReleaseMemObject(memory) }
      part = nil
      #expect(references(to: memory) == 2)
    }
    withExtendedLifetime(buffer) {}
  }

  private func references(to memory: cl_mem) -> UInt32 {
    var count: cl_uint = 0
    let size = MemoryLayout<cl_uint>.size
    clGetMemObjectInfo(memory, cl_mem_info(CL_MEM_REFERENCE_COUNT), size, &count, nil)
    return count
  }
}
