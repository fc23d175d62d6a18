import Foundation
import Testing
import UNetGraph
import UNetOpenCL
import UNetRuntime
import UNetTestSupport

/// Programs kept on disk: compiled once, loaded after, and never trusted.
///
/// PoCL keeps its own, so `keepsAll` asks it for what every other driver is asked for.  A device is opened once for its
/// settings: another folder is another device, whose memory is empty.
@Suite(.serialized) struct ProgramTests {
  private func device(_ folder: String) throws -> Device {
    try Device.open(0, DriverSettings(programs: folder, keepsAll: true))
  }

  /// The sums of a small tensor with itself, by one kernel.
  private func sums(on device: Device, _ schedule: KernelSchedule? = nil) throws -> [UInt32] {
    let backend = OpenCLBackend(device, schedule)
    var graph = Graph()
    let (a, y) = (graph.value([1, 5, 5, 3]), graph.value([1, 5, 5, 3]))
    graph.append(.add(Addition(a: a, b: a, y: y)))
    let session = try Session(graph, on: backend, keeping: [y])
    try session.write(.init(a.shape, (0..<75).map { 0.1 * Float($0) }), to: a)
    try session.run()
    return try session.read(y).elements.map(\.bitPattern)
  }

  private let expected = (0..<75).map { (0.1 * Float($0) + 0.1 * Float($0)).bitPattern }

  /// A folder with the binary of the program, compiled now.
  private func filled() throws -> (folder: TemporaryFolder, file: String) {
    let folder = try TemporaryFolder()
    let device = try device(folder("programs"))
    #expect(try sums(on: device) == expected)
    #expect(device.programs == (1, 0))
    let file = try #require(folder.files.first)
    #expect(folder.files == [file] && file.hasSuffix(".bin"))
    return (folder, file)
  }

  /// What a device does with the binary in a folder of its own.
  private func programs(with bytes: Data, named file: String) throws -> (
    compiled: Int, loaded: Int, after: Data
  ) {
    let other = try TemporaryFolder()
    try other.write(Array(bytes), file)
    let device = try device(other("programs"))
    #expect(try sums(on: device) == expected)
    return (device.programs.compiled, device.programs.loaded, try other.bytes(file))
  }

  @Test func aCompiledProgramIsLoadedNextTime() throws {
    let (folder, file) = try filled()
    let bytes = try folder.bytes(file)
    #expect(try programs(with: bytes, named: file) == (0, 1, bytes))
  }

  /// Cut within the seal, cut within the binary, empty, something else.
  @Test func aDamagedFileIsCompiledAnewAndReplaced() throws {
    let (folder, file) = try filled()
    let bytes = try folder.bytes(file)
    for damaged in [bytes.prefix(40), bytes.prefix(bytes.count - 200), Data(), Data("foreign".utf8)] {
      #expect(try programs(with: damaged, named: file) == (1, 0, bytes), "\(damaged.count) bytes")
    }
  }

  /// A sound file of another program under the name is not taken for it.
  @Test func aProgramUnderTheNameOfAnotherIsNotTaken() throws {
    let (folder, file) = try filled()
    let device = try device(folder("programs"))
    _ = try OpenCLBackend(device).measurePeak()
    let other = try #require(folder.files.first { $0 != file })
    #expect(try programs(with: folder.bytes(other), named: file) == (1, 0, folder.bytes(file)))
  }

  /// Two devices, options or sources never share a file, and each finds its own again.
  @Test func otherOptionsAreAnotherProgram() throws {
    let folder = try TemporaryFolder()
    let device = try device(folder("programs"))
    for name in KernelSchedule.Name.allCases {
      #expect(try sums(on: device, KernelSchedule(name, for: device.description)) == expected)
    }
    #expect(device.programs == (2, 0) && folder.files.count == 2)
  }

  @Test func whereNothingCanBeWrittenTheProgramRunsNevertheless() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("no folder", "file")
    let device = try device("\(file)/programs")
    #expect(try sums(on: device) == expected)
    #expect(device.programs == (1, 0) && folder.files == ["file"])
  }

  @Test func withoutAFolderNothingIsKept() throws {
    let device = try Device.open(0, DriverSettings(keepsAll: true))
    #expect(try sums(on: device) == expected)
    #expect(device.programs.loaded == 0)
  }
}
