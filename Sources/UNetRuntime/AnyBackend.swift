import UNetGraph
import UNetWork

/// A backend whose kind is known only at run time, such as that of a device chosen by name.
///
/// It passes every call on.  Where the work shall end, nothing more is prepared, and what fails is taken for that: Ctrl-C makes
/// the compilers of drivers fail.
public struct AnyBackend: Backend, CustomStringConvertible {
  /// A buffer of the backend within.
  public struct Buffer {
    fileprivate let within: Any
  }

  /// What runs here, for people.
  public let name: String
  /// The name.
  public var description: String { name }
  /// The floats that a single buffer may have.
  public let largestBuffer: Int
  private let room: (Int) -> Bool
  /// The backend within.
  package let backend: any Backend
  private let make: (Int) throws -> Any
  private let cut: (Any, Int, Int) throws -> Any
  private let send: ([Float], Any) throws -> Void
  private let fetch: (Any, Int, Int) throws -> [Float]
  private let bind: (Operation, (Value) -> Any) throws -> Launch
  private let reach: (Any) -> UnsafeMutablePointer<Float>?
  private let wait: () throws -> Void
  private let measure: () throws -> Peak
  private let bytes: () -> Int

  /// `backend`, its kind forgotten; `isCancelled` tells whether the work shall end.
  public init<B: Backend>(_ backend: B, isCancelled: @escaping () -> Bool = { false }) {
    func unlessCancelled<Result>(_ body: () throws -> Result) throws -> Result {
      do { return try body() } catch  where isCancelled() { throw Interrupted() }
    }
    func own(_ buffer: Any) -> B.Buffer {
      guard let own = buffer as? B.Buffer else { preconditionFailure("a buffer of another backend") }
      return own
    }
    (name, largestBuffer, self.backend) = (backend.name, backend.largestBuffer, backend)
    make = { count in try unlessCancelled { try backend.makeBuffer(count: count) } }
    room = { backend.hasRoom(for: $0) }
    reach = { backend.floats(of: own($0)) }
    cut = { try backend.part(of: own($0), from: $1, count: $2) }
    send = { elements, buffer in try unlessCancelled { try backend.write(elements, to: own(buffer)) } }
    fetch = { buffer, offset, count in
      try unlessCancelled { try backend.read(own(buffer), from: offset, count: count) }
    }
    bind = { operation, buffer in
      guard !isCancelled() else { throw Interrupted() }
      let launch = try unlessCancelled { try backend.prepare(operation) { own(buffer($0)) } }
      var hasRun = false
      return {
        guard !hasRun else { return try unlessCancelled(launch) }
        // PoCL compiles once more when a kernel first runs: one after the other, that a stop is heard between them.
        guard !isCancelled() else { throw Interrupted() }
        try unlessCancelled {
          try launch()
          try backend.finish()
        }
        hasRun = true
      }
    }
    (wait, measure) = ({ try unlessCancelled(backend.finish) }, { try backend.measurePeak() })
    bytes = { backend.allocatedBytes }
  }

  /// Room for `count` floats, with undefined contents.
  public func makeBuffer(count: Int) throws -> Buffer { Buffer(within: try make(count)) }
  /// Whether there is memory for buffers of so many bytes in all.
  public func hasRoom(for bytes: Int) -> Bool { room(bytes) }
  /// `count` floats of `buffer` from `offset` on.
  public func part(of buffer: Buffer, from offset: Int, count: Int) throws -> Buffer {
    Buffer(within: try cut(buffer.within, offset, count))
  }
  /// Copies `elements` to the start of `buffer`.
  public func write(_ elements: [Float], to buffer: Buffer) throws { try send(elements, buffer.within) }
  /// `count` floats of `buffer` from `offset` on.
  public func read(_ buffer: Buffer, from offset: Int, count: Int) throws -> [Float] {
    try fetch(buffer.within, offset, count)
  }
  /// Where the floats of `buffer` lie in the host's memory, if they do.
  public func floats(of buffer: Buffer) -> UnsafeMutablePointer<Float>? { reach(buffer.within) }
  /// What runs `operation`, bound to its buffers.
  public func prepare(_ operation: Operation, _ buffer: (Value) -> Buffer) throws -> Launch {
    try bind(operation) { buffer($0).within }
  }
  /// Waits for all work started so far.
  public func finish() throws { try wait() }
  /// What the device can do at most.
  public func measurePeak() throws -> Peak { try measure() }
  /// Bytes of buffers that are alive.
  public var allocatedBytes: Int { bytes() }
}
