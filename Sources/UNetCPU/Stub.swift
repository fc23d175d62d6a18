import UNetGraph
import UNetRuntime
public struct CPUBackend: Backend {
  public init() {}
  public var name: String { "stub" }
  public func makeBuffer(count: Int) throws -> Int { 0 }
  public func write(_ elements: [Float], to buffer: Int) throws {}
  public func read(_ buffer: Int, count: Int) throws -> [Float] { [] }
  public func prepare(_ operation: Operation, _ buffer: (Value) -> Int) throws -> Step { {} }
  public func finish() throws {}
  public func measurePeak() throws -> Peak { Peak(gflops: 0, gigabytes: 0) }
  public var allocatedBytes: Int { 0 }
}
