import Logging
import UNetConfiguration
import UNetDevices
import UNetGraph
import UNetRuntime

/// A kind of device that takes every operation and computes nothing: what remains is what the host costs.
struct NullDevices: DeviceProvider {
  let kind = DeviceKind("null", "null device")
  let remedy = "it is always there"
  let devices = [FoundDevice(name: "null", rank: .slowProcessor)]

  func describe(_ index: Int, _ settings: DeviceSettings) -> DeviceProperties {
    DeviceProperties("null: computes nothing", ["lacks": "nothing"])
  }

  func open(_ index: Int, _ settings: DeviceSettings, _ logger: Logger) -> any Backend { NullBackend() }
}

/// A backend whose buffers are counts, whose steps return at once and whose every number is 0.
final class NullBackend: Backend {
  /// What was asked of it, in order.
  private(set) var prepared: [String] = []
  private(set) var stepsRun = 0
  private let ledger = Ledger()

  /// A part shares the bytes of the whole.
  final class Buffer {
    let count: Int
    private let whole: Buffer?, ledger: Ledger?

    init(count: Int, in ledger: Ledger? = nil, partOf whole: Buffer? = nil) {
      (self.count, self.ledger, self.whole) = (count, ledger, whole)
      ledger?.add(4 * count)
    }

    deinit { ledger?.add(-4 * count) }
  }

  let name = "null"
  let largestBuffer = Int.max
  var allocatedBytes: Int { ledger.bytes }

  func makeBuffer(count: Int) -> Buffer { Buffer(count: count, in: ledger) }
  func part(of buffer: Buffer, from offset: Int, count: Int) -> Buffer {
    Buffer(count: count, partOf: buffer)
  }
  func write(_ elements: [Float], to buffer: Buffer) {
    precondition(elements.count <= buffer.count, "\(elements.count) elements written to \(buffer.count)")
  }
  func read(_ buffer: Buffer, from offset: Int, count: Int) -> [Float] {
    precondition(
      offset + count <= buffer.count, "\(count) elements read from \(offset) on of \(buffer.count)")
    return [Float](repeating: 0, count: count)
  }
  func prepare(_ operation: Operation, _ buffer: (Value) -> Buffer) -> Launch {
    prepared.append(operation.name)
    return { self.stepsRun += 1 }
  }
  func finish() {}
  func measurePeak() -> Peak { Peak(gflops: .infinity, gigabytes: .infinity) }
}
