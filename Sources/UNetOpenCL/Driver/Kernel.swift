import COpenCL

/// A kernel whose arguments are set once and which is enqueued many times.
final class Kernel {
  private let kernel: cl_kernel
  private let name: String
  private let device: Device
  private var buffers: [DeviceBuffer] = []  // alive as long as the kernel
  private var scratch: [(scratch: Scratch, index: cl_uint, generation: Int)] = []

  init(_ kernel: cl_kernel, _ name: String, on device: Device) {
    (self.kernel, self.name, self.device) = (kernel, name, device)
  }

  deinit { clReleaseKernel(kernel) }

  /// Sets every argument, in the kernel's order.
  func bind(_ arguments: any KernelArgument...) throws(OpenCLError) -> Kernel { try bind(arguments) }

  /// Sets every argument, in the kernel's order.
  func bind(_ arguments: [any KernelArgument]) throws(OpenCLError) -> Kernel {
    for (i, argument) in arguments.enumerated() {
      if let scratch = argument as? Scratch {
        self.scratch.append((scratch, cl_uint(i), -1))
        continue
      }
      try set(argument, at: cl_uint(i))
      if let buffer = argument as? DeviceBuffer { buffers.append(buffer) }
    }
    return self
  }

  /// A step that enqueues the kernel over `range`, in groups of `group` items along the first dimension.
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

/// What a kernel takes: a buffer, an `int`, a `uint` or a `float`.
protocol KernelArgument { func set(at index: cl_uint, of kernel: cl_kernel) -> Int32 }

extension Int: KernelArgument {
  func set(at index: cl_uint, of kernel: cl_kernel) -> Int32 {
    var value = Int32(self)
    return clSetKernelArg(kernel, index, MemoryLayout<Int32>.size, &value)
  }
}

extension Bool: KernelArgument {
  func set(at index: cl_uint, of kernel: cl_kernel) -> Int32 { (self ? 1 : 0).set(at: index, of: kernel) }
}

extension UInt32: KernelArgument {
  func set(at index: cl_uint, of kernel: cl_kernel) -> Int32 {
    var value = self
    return clSetKernelArg(kernel, index, MemoryLayout<UInt32>.size, &value)
  }
}

extension Float: KernelArgument {
  func set(at index: cl_uint, of kernel: cl_kernel) -> Int32 {
    var value = self
    return clSetKernelArg(kernel, index, MemoryLayout<Float>.size, &value)
  }
}

extension DeviceBuffer: KernelArgument {
  func set(at index: cl_uint, of kernel: cl_kernel) -> Int32 {
    var value: cl_mem? = memory
    return clSetKernelArg(kernel, index, MemoryLayout<cl_mem?>.size, &value)
  }
}

extension Scratch: KernelArgument {
  func set(at index: cl_uint, of kernel: cl_kernel) -> Int32 { CL_SUCCESS }
}
