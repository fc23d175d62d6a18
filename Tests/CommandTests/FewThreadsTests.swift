import Foundation
import Testing
import UNetTestSupport

/// Where the system starts no thread, as for a user with few processes.
@Suite struct FewThreadsTests {
  private let tiny: TinyExperiment
  private let environment: [String: String]

  /// A library before all others whose `pthread_create` fails.
  init() throws {
    tiny = try TinyExperiment(steps: 5)
    try tiny.folder.write("int pthread_create() { return 11; }\n", "none.c")
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    compiler.arguments = [
      "clang", "-w", "-shared", "-fPIC", "-o", tiny.folder("none.so"), tiny.folder("none.c"),
    ]
    try compiler.run()
    compiler.waitUntilExit()
    try #require(compiler.terminationStatus == 0)
    environment = ["LD_PRELOAD": tiny.folder("none.so")]
  }

  private func train(_ device: String, _ environment: [String: String]) throws -> UnetCommand.Outcome {
    try UnetCommand.run(
      "train", tiny.file, "--output", tiny.run, "--overwrite", "--device", device, environment: environment)
  }

  @Test func aTrainingEndsWithTheSameState() throws {
    let alone = try train("cpu", environment)
    #expect(alone.status == 0, "\(alone.messages)")
    #expect(alone.messages.contains(", 1 thread)"))
    #expect(try alone.state == train("cpu", [:]).state)
  }

  @Test func aDriverIsNotAskedForMore() throws {
    expectError(
      try train("opencl", environment), status: 1, naming: "the system starts no threads for a driver",
      "(ulimit -u)")
  }
}
