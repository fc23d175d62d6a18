import COpenCL
import Logging
import Synchronization
import UNetKernels

/// Programs built so far, by source and macros.  Each combination is compiled once, and its binary kept on disk.
final class KernelLibrary: @unchecked Sendable {
  private let device: DeviceDescription
  private let context: cl_context
  private let cache: BinaryCache
  private let kernels: String?
  private let logger: Logger?
  private let built = Mutex(Built())

  /// The files that kernels are defined in, by the kernels' names, read with the first of them, and the programs.
  private struct Built {
    var sources: [String: KernelSource] = [:]
    var programs: [Key: Program] = [:]
    var compiled = 0, loaded = 0
    /// Whether it has been told that compiling takes time.
    var isTold = false
  }
  private struct Key: Hashable { let file: String, options: String }
  /// A handle that the driver guards against use from several threads.
  private struct Program: @unchecked Sendable { let handle: cl_program }

  init(
    _ device: DeviceDescription, _ context: cl_context, _ settings: DriverSettings, _ logger: Logger?
  ) {
    (self.device, self.context, self.logger) = (device, context, logger)
    (cache, kernels) = (BinaryCache(device, settings), settings.kernels)
  }

  /// How many programs were compiled, and how many loaded from their binaries.
  var programCounts: (compiled: Int, loaded: Int) { built.withLock { ($0.compiled, $0.loaded) } }

  /// The kernel `name` of its program, built with `macros` defined.  A kernel object belongs to one caller.
  /// - Throws: `KernelBuildError`, `OpenCLError`, `KernelFileError`.
  func kernel(_ name: String, _ macros: [(name: String, value: Int)]) throws -> cl_kernel {
    let program = try built.withLock { built in
      let source = try source(of: name, in: &built.sources)
      let options = ["-cl-std=CL1.2"] + macros.map { "-D\($0.name)=\($0.value)" }
      let key = Key(file: source.file, options: options.joined(separator: " "))
      if let program = built.programs[key] { return program }
      let program = Program(handle: try build(source, key.options, &built))
      built.programs[key] = program
      return program
    }
    return try make("clCreateKernel(\(name))", on: device.name) { clCreateKernel(program.handle, name, &$0) }
  }

  private func source(of kernel: String, in sources: inout [String: KernelSource]) throws -> KernelSource {
    if sources.isEmpty {
      for source in try KernelSource.all(in: kernels) {
        for kernel in source.kernels { sources[kernel] = source }
      }
    }
    guard let source = sources[kernel] else {
      throw OpenCLError(call: "\(kernel)", code: CL_INVALID_KERNEL_NAME, device: device.name)
    }
    return source
  }

  private func build(_ source: KernelSource, _ options: String, _ built: inout Built) throws -> cl_program {
    let entry = cache.entry(source: source.text, options: options)
    if let binary = entry?.read(), let program = load(binary, options) {
      built.loaded += 1
      logger?.debug("\(source.file) \(options): kept from an earlier run")
      return program
    }
    let start = ContinuousClock.now
    let program = try compile(source, options)
    built.compiled += 1
    let milliseconds = Int((ContinuousClock.now - start) / .milliseconds(1))
    logger?.debug("\(source.file) \(options): compiled in \(milliseconds) ms")
    // PoCL takes 0.02 s for a program that it has compiled before, and 0.1 s and more for another, 0.6 s for the first.
    if !built.isTold, ContinuousClock.now - start > .milliseconds(200) {
      // The others, of which there are dozens, are yet to come.
      logger?.info("compiling kernels for this network\(cache.isKept ? ", once" : "")")
      built.isTold = true
    }
    if let entry { entry.write(binary(of: program)) }
    return program
  }

  /// A program from its binary; nil where the driver no longer takes it.
  private func load(_ binary: [UInt8], _ options: String) -> cl_program? {
    var id: cl_device_id? = device.id
    var (size, status, code) = (binary.count, Int32(0), Int32(0))
    let program = binary.withUnsafeBufferPointer { bytes in
      var start = bytes.baseAddress
      return clCreateProgramWithBinary(context, 1, &id, &size, &start, &status, &code)
    }
    guard let program, code == CL_SUCCESS, status == CL_SUCCESS else { return nil }
    guard clBuildProgram(program, 1, &id, options, nil, nil) == CL_SUCCESS else {
      clReleaseProgram(program)
      return nil
    }
    return program
  }

  private func compile(_ source: KernelSource, _ options: String) throws -> cl_program {
    let program = try source.text.withCString { text in
      var text: UnsafePointer<CChar>? = text
      return try make("clCreateProgramWithSource", on: device.name) {
        clCreateProgramWithSource(context, 1, &text, nil, &$0)
      }
    }
    var id: cl_device_id? = device.id
    let code = clBuildProgram(program, 1, &id, options, nil, nil)
    guard code == CL_SUCCESS else {
      defer { clReleaseProgram(program) }
      throw KernelBuildError(
        file: source.file, isBuiltIn: kernels == nil, options: options, device: device.name, code: code,
        log: log(of: program))
    }
    return program
  }

  private func log(of program: cl_program) -> String {
    text {
      clGetProgramBuildInfo(program, device.id, cl_program_build_info(CL_PROGRAM_BUILD_LOG), $0, $1, $2)
    }
  }

  private func binary(of program: cl_program) -> [UInt8] {
    var size = 0
    let sizes = cl_program_info(CL_PROGRAM_BINARY_SIZES)
    guard clGetProgramInfo(program, sizes, MemoryLayout<Int>.size, &size, nil) == CL_SUCCESS, size > 0 else {
      return []
    }
    var bytes = [UInt8](repeating: 0, count: size)
    let code = bytes.withUnsafeMutableBufferPointer { buffer in
      var start = buffer.baseAddress
      return clGetProgramInfo(
        program, cl_program_info(CL_PROGRAM_BINARIES), MemoryLayout.size(ofValue: start), &start, nil)
    }
    return code == CL_SUCCESS ? bytes : []
  }
}
