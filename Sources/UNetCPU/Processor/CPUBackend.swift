import CUNetGeometry
import CUNetVector
import UNetGraph
import UNetNumerics
import UNetRuntime

/// Runs operations on this computer's processor, on all cores, with the bits of every other backend.
///
/// An operation ends before its launch returns.  One thread at a time may use a backend.
package final class CPUBackend: Backend {
  /// The instruction set in use.
  package let instructionSet: InstructionSet
  let loops: UNetVectorLevel
  let threads: Threads
  let scratch: HostScratch
  private let ledger = Ledger()

  /// The processor with this instruction set, by default the fastest that it has.
  /// - Throws: `CPUError` where it lacks that.
  package init(instructionSet: InstructionSet? = nil) throws {
    let instructionSet = instructionSet ?? .available.first ?? .baseline
    (self.instructionSet, loops, threads) = (instructionSet, try instructionSet.loops(), .all)
    scratch = HostScratch(in: ledger)
  }

  /// Such as `CPU (AVX-512, 2 threads)`.
  package var name: String {
    "CPU (\(String(cString: loops.name)), \(counted(threads.count, "thread")))"
  }

  /// Whether its loops compute the fused multiply-add that the processor lacks.
  package var isSlow: Bool { loops.fuses == 0 }

  /// Bytes of live buffers, with the room that operations share while they run.
  package var allocatedBytes: Int { ledger.bytes }

  /// Room for `count` floats, with undefined contents.
  package func makeBuffer(count: Int) throws -> HostBuffer { try HostBuffer(count: count, in: ledger) }

  /// As much as there is.
  package var largestBuffer: Int { .max }

  /// Whether the computer has it.
  package func hasRoom(for bytes: Int) -> Bool { HostMemory.grants(bytes) }

  /// Some of the floats of `buffer`.
  package func part(of buffer: HostBuffer, from offset: Int, count: Int) throws -> HostBuffer {
    HostBuffer(partOf: buffer, from: offset, count: count)
  }

  /// Copies `elements` to the start of `buffer`.
  package func write(_ elements: [Float], to buffer: HostBuffer) throws {
    precondition(elements.count <= buffer.count, "\(elements.count) elements written to \(buffer.count)")
    elements.withUnsafeBufferPointer { from in
      if let first = from.baseAddress { buffer.floats.update(from: first, count: from.count) }
    }
  }

  /// `count` floats of `buffer` from `offset` on.
  package func read(_ buffer: HostBuffer, from offset: Int, count: Int) throws -> [Float] {
    precondition(
      offset + count <= buffer.count, "\(count) elements read from \(offset) on of \(buffer.count)")
    return [Float](UnsafeBufferPointer(start: buffer.floats + offset, count: count))
  }

  /// The host's memory is that of the buffers.
  package func floats(of buffer: HostBuffer) -> UnsafeMutablePointer<Float>? { buffer.floats }

  /// Nothing: an operation ends before its launch returns.
  package func finish() throws {}

  /// Binds `operation` to its buffers; scratch memory is reserved now, so a launch cannot run out of it.
  package func prepare(_ operation: Operation, _ buffer: (Value) -> HostBuffer) throws -> Launch {
    func bound(_ value: Value) -> BoundValue { BoundValue(value.shape, buffer(value)) }
    return switch operation {
    case .conv(let op) where op.algorithm == .winograd: try winograd(UNetProduct(op), .init(op, buffer))
    case .conv(let op): try product(UNetProduct(op), .init(op, buffer))
    case .convInputGradient(let op) where op.algorithm == .winograd:
      try winograd(UNetProduct(op), .init(op, buffer))
    case .convInputGradient(let op): try product(UNetProduct(op), .init(op, buffer))
    case .convWeightGradient(let op) where op.algorithm == .winograd:
      try WinogradGradient(shape: UNetFilterGradient(op), buffers: .init(op, buffer)).launch(on: self)
    case .convWeightGradient(let op): try weightGradient(UNetFilterGradient(op), .init(op, buffer))
    case .gate(let op): gate(op, bound)
    case .upConv(let op): try product(UNetProduct(op), .init(op, buffer))
    case .upConvInputGradient(let op): try product(UNetProduct(op), .init(op, buffer))
    case .upConvWeightGradient(let op): try weightGradient(UNetFilterGradient(op), .init(op, buffer))
    case .maxPool(let op): maxPool(op, bound)
    case .maxPoolGradient(let op): maxPoolGradient(op, bound)
    case .maxPoolFragments(let op): maxPoolFragments(op, bound)
    case .pad(let op): pad(op, bound)
    case .dropout(let op): dropout(op, bound)
    case .add(let op): add(op, bound)
    case .softmax(let op): softmax(op, bound)
    case .softmaxCrossEntropy(let op): softmaxCrossEntropy(op, bound)
    case .sum(let op): sum(op, bound)
    case .sgd(let op): sgd(op, bound)
    case .adam(let op): adam(op, bound)
    case .accumulate(let op): accumulate(op, bound)
    }
  }
}

/// Gives each value of an operation its buffer.
typealias Binding = (Value) -> BoundValue

/// A value's shape and the buffer that holds it.
struct BoundValue {
  let shape: Shape
  /// Kept alive by the launches that use it.
  let buffer: HostBuffer

  init(_ shape: Shape, _ buffer: HostBuffer) { (self.shape, self.buffer) = (shape, buffer) }

  /// The first element.
  var floats: UnsafeMutablePointer<Float> { buffer.floats }
  /// The number of elements.
  var count: Int { shape.count }
  /// Elements from one image to the next, for `[N, H, W, C]`.
  var image: Int { shape[1] * row }
  /// Elements from one row to the next.
  var row: Int { shape[2] * shape[3] }
  /// Elements from one pixel to the next.
  var pixel: Int { shape[3] }
}
