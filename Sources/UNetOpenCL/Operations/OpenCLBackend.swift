import COpenCL
import UNetGraph
import UNetRuntime

/// Runs operations as kernels on one device.  Steps only enqueue; `read` waits.
package final class OpenCLBackend: Backend {
  /// Where it runs.
  package let device: Device
  /// How it divides its work there.
  package let schedule: KernelSchedule
  private let ledger = Ledger()
  let scratch: Scratch
  /// Copies of what was written, kept until the device has surely read them.
  private var inFlight: [UnsafeMutablePointer<Float>] = []
  private var inFlightBytes = 0

  /// A backend with buffers of its own on `device`, which works by the schedule for the device's kind or a given one.
  package init(_ device: Device, _ schedule: KernelSchedule? = nil) {
    self.schedule = schedule ?? KernelSchedule(for: device.description)
    (self.device, scratch) = (device, Scratch(on: device, ledger: ledger))
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
    let all = macros.map { ($0.key, $0.value) } + [("TILE", schedule.name == .tile ? 1 : 0)]
    return Kernel(try device.library.kernel(name, all), name, on: device)
  }

  /// The kernels of `operation`, compiled and bound.
  package func prepare(_ operation: Operation, _ buffer: (Value) -> DeviceBuffer) throws -> Step {
    switch operation {
    case .conv(let x, let skip, let w, let b, let y, let relu, .direct):
      return try product(
        .conv(x.shape, skip?.shape, w.shape, y.shape, relu: relu),
        .init(x: buffer(x), skip: skip.map(buffer), w: buffer(w), b: buffer(b), y: buffer(y)))
    case .gate(let dy, let y, let g, let frame):
      return try gate(dy.shape, g.shape, buffer(dy), y.map(buffer), buffer(g), frame: frame)
    case .convInputGradient(let g, let w, let gate, let dx, let frame, .direct):
      return try product(
        .convInputGradient(g.shape, w.shape, dx.shape, frame: frame, gated: gate != nil),
        .init(x: buffer(g), w: buffer(w), gate: gate.map(buffer), y: buffer(dx)))
    case .convWeightGradient(let g, let x, let skip, let dw, let db, .direct):
      return try weightGradient(
        .conv(g.shape, x.shape, skip?.shape, dw.shape), buffer(x), skip.map(buffer), buffer(g), buffer(dw),
        buffer(db))
    case .conv(let x, let skip, let w, let b, let y, let relu, .winograd):
      return try winograd(
        .conv(x.shape, skip?.shape, w.shape, y.shape, relu: relu),
        .init(x: buffer(x), skip: skip.map(buffer), w: buffer(w), b: buffer(b), y: buffer(y)))
    case .convInputGradient(let g, let w, let gate, let dx, let frame, .winograd):
      return try winograd(
        .convInputGradient(g.shape, w.shape, dx.shape, frame: frame, gated: gate != nil),
        .init(x: buffer(g), w: buffer(w), gate: gate.map(buffer), y: buffer(dx)))
    case .convWeightGradient(let g, let x, let skip, let dw, let db, .winograd):
      return try winogradGradient(
        .init(g.shape, x.shape, skip?.shape, dw.shape), buffer(x), skip.map(buffer), buffer(g), buffer(dw),
        buffer(db))
    case .maxPool(let x, let y): return try maxPool(y.shape, buffer(x), buffer(y))
    case .maxPoolFragments(let x, let y):
      return try maxPoolFragments(x.shape, y.shape, buffer(x), buffer(y))
    case .maxPoolGradient(let dy, let x, let other, let dx, let frame, let gated):
      return try maxPoolGradient(
        x.shape, other?.shape, buffer(dy), buffer(x), other.map(buffer), buffer(dx), frame: frame,
        gated: gated)
    case .upConv(let x, let w, let b, let y, let relu):
      return try product(
        .upConv(x.shape, w.shape, y.shape, relu: relu),
        .init(x: buffer(x), w: buffer(w), b: buffer(b), y: buffer(y)))
    case .upConvInputGradient(let g, let w, let gate, let dx, let frame):
      return try product(
        .upConvInputGradient(g.shape, w.shape, dx.shape, frame: frame, gated: gate != nil),
        .init(x: buffer(g), w: buffer(w), gate: gate.map(buffer), y: buffer(dx)))
    case .upConvWeightGradient(let g, let x, let dw, let db):
      return try weightGradient(
        .upConv(g.shape, x.shape, dw.shape), buffer(x), nil, buffer(g), buffer(dw), buffer(db))
    case .dropout(let x, let control, let y, let rate, let key):
      return try dropout(x.shape, buffer(x), buffer(control), buffer(y), rate: rate, key: key)
    case .add(let a, let b, let y): return try add(y.shape, buffer(a), buffer(b), buffer(y))
    case .softmax(let x, let y): return try softmax(x.shape, buffer(x), buffer(y))
    case .softmaxCrossEntropy(let logits, let labels, let weights, let losses, let dlogits):
      return try softmaxCrossEntropy(
        logits.shape, buffer(logits), buffer(labels), buffer(weights), buffer(losses), buffer(dlogits))
    case .sum(let x, let y): return try sum(x.shape, buffer(x), buffer(y))
    case .sgd(let w, let v, let dw, let control):
      return try sgd(w.shape, buffer(w), buffer(v), buffer(dw), buffer(control))
    }
  }
}
