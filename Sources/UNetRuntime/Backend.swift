import UNetGraph

/// An operation bound to its buffers: calling it starts the work and may return before it ends.
public typealias Launch = () throws -> Void

/// A place where tensors live and operations run.
///
/// Work starts in the order of the calls.  `read` and `finish` wait for it; `write` may, where copies for the device
/// would take too much memory.
public protocol Backend {
  /// Room for floats.
  associatedtype Buffer

  /// What runs here, for people: `CPU (AVX-512, 2 threads)` or an OpenCL device's name.
  var name: String { get }

  /// Room for `count` floats, with undefined contents.
  func makeBuffer(count: Int) throws -> Buffer

  /// The floats that a single buffer may have.
  var largestBuffer: Int { get }

  /// Whether there is memory for buffers of so many bytes in all; a backend that does not know says yes.
  func hasRoom(for bytes: Int) -> Bool

  /// `count` floats of `buffer` from `offset` on, a multiple of 1024, as a buffer that keeps it alive.
  func part(of buffer: Buffer, from offset: Int, count: Int) throws -> Buffer

  /// Copies `elements` to the start of `buffer`, after all work started so far.  The caller may change its copy at once.
  func write(_ elements: [Float], to buffer: Buffer) throws

  /// `count` floats of `buffer` from `offset` on, after all work started so far.
  func read(_ buffer: Buffer, from offset: Int, count: Int) throws -> [Float]

  /// Where the floats of `buffer` lie, if they are in the host's memory and work ends before its call returns; else nil.
  func floats(of buffer: Buffer) -> UnsafeMutablePointer<Float>?

  /// Chooses and builds what runs `operation`, and binds it to its buffers for good.
  func prepare(_ operation: Operation, _ buffer: (Value) -> Buffer) throws -> Launch

  /// Waits for all work started so far, without reading.  For measurements.
  func finish() throws

  /// What this device can do at most, measured in about a second.
  func measurePeak() throws -> Peak

  /// Bytes of buffers that are alive here, scratch included.
  var allocatedBytes: Int { get }
}

extension Backend {
  /// Elsewhere.
  public func floats(of buffer: Buffer) -> UnsafeMutablePointer<Float>? { nil }

  /// Not known.
  public func hasRoom(for bytes: Int) -> Bool { true }

  /// The first `count` floats of `buffer`, after all work started so far.
  package func read(_ buffer: Buffer, count: Int) throws -> [Float] {
    try read(buffer, from: 0, count: count)
  }
}

/// What a device can do at most.
public struct Peak: Sendable, Codable, Equatable {
  /// Multiply-adds from registers, two operations each, 10⁹ a second.
  package let gflops: Double
  /// Copies, bytes read and written, 10⁹ a second.
  package let gigabytes: Double
  /// These figures.
  package init(gflops: Double, gigabytes: Double) { (self.gflops, self.gigabytes) = (gflops, gigabytes) }
}
