import COpenCL
import CUNetGeometry
import UNetGraph
import UNetNumerics
import UNetRuntime

/// Runs operations as kernels on one device.  Steps only enqueue; `read` waits.
package final class OpenCLBackend: Backend {
  /// Where it runs.
  package let device: Device
  /// How it divides its work there.
  package let schedule: KernelSchedule
  /// The cores that it keeps busy.
  let cores: Int
  private let ledger = Ledger()
  let scratch: DeviceScratch
  /// Copies of what was written, kept until the device has surely read them.
  private var inFlight: [UnsafeMutablePointer<Float>] = []
  private var inFlightBytes = 0

  /// A backend with buffers of its own on `device`, which works by the schedule for the device's kind or a given one, and
  /// divides its work among the device's cores or as if it had so many.
  package init(_ device: Device, _ schedule: KernelSchedule? = nil, cores: Int? = nil) {
    self.schedule = schedule ?? KernelSchedule(for: device.description)
    self.cores = cores ?? device.description.cores
    (self.device, scratch) = (device, DeviceScratch(on: device, ledger: ledger))
  }

  deinit {
    clFinish(device.queue)
    inFlight.forEach { $0.deallocate() }
  }

  /// The device's name.
  package var name: String { device.description.name }
  /// Bytes of this backend's buffers on the device.
  package var allocatedBytes: Int { ledger.bytes }

  /// Room for `count` floats on the device.
  package func makeBuffer(count: Int) throws -> DeviceBuffer {
    try DeviceBuffer(count: count, on: device, ledger: ledger)
  }

  /// The floats that the device takes in one buffer.
  package var largestBuffer: Int { Int(device.description.largestBuffer) / MemoryLayout<Float>.stride }

  /// Whether the device has as much memory.  That of a processor is the computer's, and PoCL ends the process where the
  /// system refuses it.
  package func hasRoom(for bytes: Int) -> Bool {
    bytes <= device.description.memory && (device.description.kind != .cpu || HostMemory.grants(bytes))
  }

  /// Some of the floats of `buffer`.
  package func part(of buffer: DeviceBuffer, from offset: Int, count: Int) throws -> DeviceBuffer {
    try DeviceBuffer(partOf: buffer, from: offset, count: count, on: device)
  }

  /// Copies `elements` and enqueues the transfer; waits for the device only where the copies become too large.
  package func write(_ elements: [Float], to buffer: DeviceBuffer) throws {
    let bytes = elements.count * MemoryLayout<Float>.stride
    guard bytes > 0 else { return }
    if inFlightBytes + bytes > OpenCLBackend.mostInFlight { try finish() }
    guard bytes <= OpenCLBackend.mostInFlight else {
      return try elements.withUnsafeBufferPointer {
        try enqueueWrite($0.baseAddress, bytes, to: buffer, isBlocking: true)
      }
    }
    let copy = UnsafeMutablePointer<Float>.allocate(capacity: elements.count)
    elements.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { copy.update(from: start, count: source.count) }
    }
    inFlight.append(copy)
    inFlightBytes += bytes
    try enqueueWrite(copy, bytes, to: buffer, isBlocking: false)
    try check(clFlush(device.queue), "clFlush", on: name)
  }

  /// Bytes of copies: what the steps write that a host is ahead, 2.5 MB each at 572².
  private static let mostInFlight = 16 << 20

  private func enqueueWrite(
    _ elements: UnsafePointer<Float>?, _ bytes: Int, to buffer: DeviceBuffer, isBlocking: Bool
  ) throws {
    let blocking = cl_bool(isBlocking ? CL_TRUE : CL_FALSE)
    let code = clEnqueueWriteBuffer(
      device.queue, buffer.memory, blocking, 0, bytes, elements, 0, nil, nil)
    try check(code, "clEnqueueWriteBuffer", on: name)
  }

  /// Waits for the queue, then copies.
  package func read(_ buffer: DeviceBuffer, from offset: Int, count: Int) throws -> [Float] {
    let (name, stride) = (self.name, MemoryLayout<Float>.stride)
    let elements = try [Float](unsafeUninitializedCapacity: count) { target, initialized in
      let code = clEnqueueReadBuffer(
        device.queue, buffer.memory, cl_bool(CL_TRUE), offset * stride, count * stride, target.baseAddress,
        0, nil, nil)
      try check(code, "clEnqueueReadBuffer", on: name)
      initialized = count
    }
    releaseInFlight()
    return elements
  }

  /// Waits for everything enqueued so far.
  package func finish() throws {
    try device.finish()
    releaseInFlight()
  }

  private func releaseInFlight() {
    inFlight.forEach { $0.deallocate() }
    (inFlight, inFlightBytes) = ([], 0)
  }

  /// The kernel `name`, built with `macros` defined.
  func kernel(_ name: String, _ macros: KeyValuePairs<String, Int> = [:]) throws -> Kernel {
    let all =
      macros.map { ($0.key, $0.value) } + [
        ("TILE", schedule.name == .tile ? 1 : 0), ("PROCESSOR", device.description.kind == .cpu ? 1 : 0),
      ]
    return Kernel(try device.library.kernel(name, all), name, on: device)
  }

  /// The kernels of `operation`, compiled and bound.
  package func prepare(_ operation: Operation, _ buffer: (Value) -> DeviceBuffer) throws -> Launch {
    switch operation {
    case .conv(let op) where op.algorithm == .winograd: try winograd(UNetProduct(op), .init(op, buffer))
    case .conv(let op): try product(UNetProduct(op), .init(op, buffer))
    case .convInputGradient(let op) where op.algorithm == .winograd:
      try winograd(UNetProduct(op), .init(op, buffer))
    case .convInputGradient(let op): try product(UNetProduct(op), .init(op, buffer))
    case .convWeightGradient(let op) where op.algorithm == .winograd:
      try winogradGradient(UNetFilterGradient(op), .init(op, buffer))
    case .convWeightGradient(let op): try weightGradient(UNetFilterGradient(op), .init(op, buffer))
    case .gate(let op): try gate(op, buffer)
    case .upConv(let op): try product(UNetProduct(op), .init(op, buffer))
    case .upConvInputGradient(let op): try product(UNetProduct(op), .init(op, buffer))
    case .upConvWeightGradient(let op): try weightGradient(UNetFilterGradient(op), .init(op, buffer))
    case .maxPool(let op): try maxPool(op, buffer)
    case .maxPoolGradient(let op): try maxPoolGradient(op, buffer)
    case .maxPoolFragments(let op): try maxPoolFragments(op, buffer)
    case .pad(let op): try pad(op, buffer)
    case .dropout(let op): try dropout(op, buffer)
    case .add(let op): try add(op, buffer)
    case .softmax(let op): try softmax(op, buffer)
    case .softmaxCrossEntropy(let op): try softmaxCrossEntropy(op, buffer)
    case .sum(let op): try sum(op, buffer)
    case .sgd(let op): try sgd(op, buffer)
    case .adam(let op): try adam(op, buffer)
    case .accumulate(let op): try accumulate(op, buffer)
    }
  }
}

/// Gives each value of an operation its buffer.
typealias Binding = (Value) -> DeviceBuffer
