import COpenCL
import CUNetGeometry

/// A kernel whose arguments are set once and which is enqueued many times.
final class Kernel {
  private let kernel: cl_kernel
  private let name: String
  private let device: Device
  private var buffers: [DeviceBuffer] = []  // alive as long as the kernel
  private var scratch: [(scratch: DeviceScratch, index: cl_uint, generation: Int)] = []

  init(_ kernel: cl_kernel, _ name: String, on device: Device) {
    (self.kernel, self.name, self.device) = (kernel, name, device)
  }

  deinit { clReleaseKernel(kernel) }

  /// Sets every argument, in the kernel's order.
  func bind(_ arguments: any KernelArgument...) throws(OpenCLError) -> Kernel { try bind(arguments) }

  /// Sets every argument, in the kernel's order.
  func bind(_ arguments: [any KernelArgument]) throws(OpenCLError) -> Kernel {
    for (i, argument) in arguments.enumerated() {
      if let scratch = argument as? DeviceScratch {
        self.scratch.append((scratch, cl_uint(i), -1))
        continue
      }
      try set(argument, at: cl_uint(i))
      if let buffer = argument as? DeviceBuffer { buffers.append(buffer) }
    }
    return self
  }

  /// A launch of the kernel over `range`, in groups of `group` items along the first dimension.
  ///
  /// Where the kernel asks for none, a CPU has groups of one item: the drivers there compile a kernel anew for each size
  /// of a group.  Others choose.
  func over(_ range: Int..., group items: Int? = nil) -> () throws -> Void {
    let group: [Int]? =
      if let items {
        [items] + [Int](repeating: 1, count: range.count - 1)
      } else if device.description.kind == .cpu { [Int](repeating: 1, count: range.count) } else { nil }
    return { [self] in
      try bindScratch()
      let code = clEnqueueNDRangeKernel(
        device.queue, kernel, cl_uint(range.count), nil, range, group, 0, nil, nil)
      try check(code, "clEnqueueNDRangeKernel(\(name))", on: device.description.name)
    }
  }

  private func bindScratch() throws(OpenCLError) {
    for i in scratch.indices where scratch[i].generation != scratch[i].scratch.generation {
      try set(try scratch[i].scratch.current(), at: scratch[i].index)
      scratch[i].generation = scratch[i].scratch.generation
    }
  }

  private func set(_ argument: any KernelArgument, at index: cl_uint) throws(OpenCLError) {
    let code = argument.set(at: index, of: kernel)
    try check(code, "clSetKernelArg(\(name), \(index))", on: device.description.name)
  }
}

/// What a kernel takes: a buffer, a number or a struct of CUNetGeometry.
protocol KernelArgument { func set(at index: cl_uint, of kernel: cl_kernel) -> Int32 }

extension KernelArgument {
  /// Sets the bytes of the value.
  func set(at index: cl_uint, of kernel: cl_kernel) -> Int32 {
    withUnsafePointer(to: self) { clSetKernelArg(kernel, index, MemoryLayout<Self>.size, $0) }
  }
}

/// An `int`; what may pass 2^31 is an `Int64`, a `long`.
extension Int: KernelArgument {
  func set(at index: cl_uint, of kernel: cl_kernel) -> Int32 {
    guard let value = Int32(exactly: self) else { return CL_INVALID_ARG_VALUE }
    return value.set(at: index, of: kernel)
  }
}

extension Bool: KernelArgument {
  func set(at index: cl_uint, of kernel: cl_kernel) -> Int32 { (self ? 1 : 0).set(at: index, of: kernel) }
}

extension Int32: KernelArgument {}
extension UInt32: KernelArgument {}
extension Int64: KernelArgument {}
extension Float: KernelArgument {}
extension UNetPicture: KernelArgument {}
extension UNetSource: KernelArgument {}
extension UNetProduct: KernelArgument {}
extension UNetFilterGradient: KernelArgument {}
extension UNetWinogradTiles: KernelArgument {}
extension UNetWinogradUnits: KernelArgument {}
extension UNetPoolGradient: KernelArgument {}

extension DeviceBuffer: KernelArgument {
  func set(at index: cl_uint, of kernel: cl_kernel) -> Int32 {
    var value: cl_mem? = memory
    return clSetKernelArg(kernel, index, MemoryLayout<cl_mem?>.size, &value)
  }
}

extension DeviceScratch: KernelArgument {
  func set(at index: cl_uint, of kernel: cl_kernel) -> Int32 { CL_SUCCESS }
}
