import Foundation
import Testing
import UNetTestSupport

/// What the command asks of a GPU, by `Tests/Recorder/recorder.c` in the place of OpenCL.
struct Recorder {
  /// A launch of a kernel: its name, its range, and its group where one is given.
  struct Launch: Equatable {
    let kernel: String
    let range: [Int], group: [Int]?
  }

  /// The launches between two waits for the device, in order.
  let batches: [[Launch]]
  /// What no driver would take.
  let faults: [String]
  /// The options of each program that was built.
  let programs: [String]

  /// A GPU as it describes itself.
  struct GPU: Sendable, CustomTestStringConvertible {
    var units = 132, items = 1024, localBytes = 48 << 10
    var testDescription: String { "\(units) units, \(items) items, \(localBytes) bytes" }
  }

  private static let library = Result { try SharedLibrary("Tests/Recorder/recorder.c") }

  /// Runs `unet arguments` on `gpu`.
  init(_ arguments: [String], on gpu: GPU = .init()) throws {
    let folder = try TemporaryFolder()
    let variables = [
      "LD_PRELOAD": try Self.library.get().path, "RECORD": folder("record"), "RECORD_UNITS": "\(gpu.units)",
      "RECORD_ITEMS": "\(gpu.items)", "RECORD_LOCAL": "\(gpu.localBytes)",
    ]
    let words = variables.map { "\($0)='\($1)'" }.joined(separator: " ")
    let outcome = try UnetCommand.run(
      arguments + ["--device", "opencl"], in: "cd '\(folder.path)' && exec env \(words) \"$@\"")
    try #require(outcome.status == 0, "\(outcome.messages)")
    let lines = try folder.text("record").split(separator: "\n")
    faults = lines.filter { $0.hasPrefix("wrong: ") }.map(String.init)
    programs = lines.filter { $0.hasPrefix("program ") }.map { String($0.dropFirst(8)) }
    batches = try lines.split { $0 == "finish" }.map { try $0.compactMap(Self.launch) }
  }

  private static func launch(_ line: Substring) throws -> Launch? {
    let words = line.split(separator: " ")
    guard words[0] == "launch" else { return nil }
    func sizes(_ word: Substring) throws -> [Int] {
      try word.split(separator: "x").map { try #require(Int($0)) }
    }
    return Launch(
      kernel: String(words[1]), range: try sizes(words[2]), group: try words.dropFirst(3).first.map(sizes))
  }
}

/// A library of C in the tests, compiled once by the clang that Swift brings along.
struct SharedLibrary: Sendable {
  private let folder: TemporaryFolder
  /// The compiled file.
  let path: String

  init(_ source: String) throws {
    folder = try TemporaryFolder()
    path = folder("library.so")
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    compiler.arguments = [
      "clang", "-O1", "-Wall", "-Werror", "-shared", "-fPIC", "-o", path, PackageFiles.path(source),
    ]
    try compiler.run()
    compiler.waitUntilExit()
    try #require(compiler.terminationStatus == 0)
  }
}
