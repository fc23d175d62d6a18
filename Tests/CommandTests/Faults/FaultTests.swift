import Foundation
import Testing
import UNetImages
import UNetTestSupport

/// Calls to the system and to the driver fail by turn: the work goes on, or ends with one line and loses nothing.
///
/// As in SQLite's tests of files and of memory (sqlite.org/testing.html, sections 3.1 to 3.3).  Of every function one call
/// fails; `make faults` takes every call, once and from then on.
@Suite struct FaultTests {
  /// A piece of work, whose results do not depend on the device.
  struct Work: CustomTestStringConvertible, Sendable {
    let verb: String
    let device: String
    var testDescription: String { "\(verb) on \(device)" }

    static let all = ["train", "segment"].flatMap { verb in
      ["cpu", "opencl"].map { Work(verb: verb, device: $0) }
    }
    /// Segmentations by chunks, called by the format of their results.
    static let chunked = ["ome-zarr", "pyramid"].map { Work(verb: $0, device: "cpu") }

    /// What it reads, in a folder of its own.
    func prepared() throws -> TemporaryFolder {
      let (folder, tiny) = (try TemporaryFolder(), try TinyExperiment.trained.get())
      let names = ["images.tif", "labels.tif", "experiment.yaml"]
      for name in names { try folder.write(Array(tiny.folder.bytes(name)), name) }
      guard verb != "train" else { return folder }
      try folder.write(Array(tiny.folder.bytes("run/model.safetensors")), "model.safetensors")
      for name in ["a", "b"] { try folder.write([noise(40, 40)], "in/\(name).png") }
      return folder
    }

    /// Every kind of file that the verb writes.
    var arguments: [String] {
      let common = ["--output", "out", "--device", device]
      if verb == "segment" {
        return ["segment", "model.safetensors", "in", "--write", "probabilities,labels,overlay"] + common
      }
      if verb != "train" {
        return [
          "segment", "model.safetensors", "in", "--write", "labels,instances,outlines", "--format", verb,
        ] + common
      }
      let options = ["training.steps=6", "training.checkpoint-every=2", "evaluation.every=3"]
      return ["train", "experiment.yaml"] + common + options.flatMap { ["--set", $0] }
    }

    /// What goes on where it ended before: from the checkpoint where there is one, else from the beginning.
    func again(in folder: TemporaryFolder) -> [String] {
      let canResume = verb == "train" && folder.files.contains("out/checkpoint.safetensors")
      return arguments + [canResume ? "--resume" : Self.isByChunks(verb) ? "--missing" : "--overwrite"]
    }

    private static func isByChunks(_ verb: String) -> Bool { chunked.contains { $0.verb == verb } }
  }

  @Test(arguments: Work.all) func everyCallFails(work: Work) throws {
    let whole = try work.prepared()
    let calls = try FaultLibrary.calls(of: work.arguments, in: whole)
    let results = try Results(whole)
    let faults = Fault.all(of: calls)
    var count = 0
    for fault in faults {
      let folder = try work.prepared()
      let (outcome, caller) = try FaultLibrary.run(work.arguments, in: folder, fault)
      count += caller == nil ? 0 : 1
      let about: Comment = "\(fault): status \(outcome.status)\n\(outcome.messages.suffix(2000))"
      if outcome.status == 0 {
        #expect(try Results(folder).differing(from: results).isEmpty, about)
        continue
      }
      try checkTold(outcome, of: work, by: caller ?? "", fault, about)
      if fault.function != "unlink" { #expect(!folder.files.contains { $0.hasSuffix(".partial") }, about) }
      try checkGoesOn(work, in: folder, to: results, about)
    }
    // How often threads ask for memory changes from run to run.
    print("\(work.testDescription): \(count) faults of \(calls.count) functions")
    #expect(count * 20 >= faults.count * 19)
  }

  @Test(arguments: ["cpu", "opencl"]) func aKillAtAnyChangeOfFilesLosesNothing(device: String) throws {
    let work = Work(verb: "train", device: device)
    let other = Work(verb: "train", device: device == "cpu" ? "opencl" : "cpu")
    let whole = try work.prepared()
    let calls = try FaultLibrary.calls(of: work.arguments, in: whole)
    let results = try Results(whole)
    for (number, fault) in Fault.kills(of: calls, count: 10).enumerated() {
      let folder = try work.prepared()
      let (outcome, caller) = try FaultLibrary.run(work.arguments, in: folder, fault)
      #expect(outcome.status == -SIGKILL && caller != nil, "\(fault): \(outcome.messages)")
      try checkGoesOn(number.isMultiple(of: 2) ? other : work, in: folder, to: results, "\(fault)")
    }
  }

  /// Whatever a process was at, the same command ends it, and nothing else stays.
  @Test(arguments: Work.chunked) func aKillBetweenChunksLosesNothing(work: Work) throws {
    let whole = try work.prepared()
    let calls = try FaultLibrary.calls(of: work.arguments, in: whole)
    let results = try Results(whole)
    for fault in Fault.kills(of: calls, count: 30) {
      let folder = try work.prepared()
      let (outcome, caller) = try FaultLibrary.run(work.arguments, in: folder, fault)
      #expect(outcome.status == -SIGKILL && caller != nil, "\(fault): \(outcome.messages)")
      try checkGoesOn(work, in: folder, to: results, "\(fault)")
    }
  }

  /// One line as the last, and a status of the command's own.
  private func checkTold(
    _ outcome: UnetCommand.Outcome, of work: Work, by caller: String, _ fault: Fault, _ about: Comment
  ) throws {
    // Yams traps where its first event finds no memory, and libtiff 4.5 writes to where it got none.
    let crashes = outcome.messages.contains("Yams/Parser.swift") || caller.contains("/libtiff.so")
    let isMemory = ["malloc", "calloc", "realloc"].contains(fault.function)
    if isMemory && crashes && outcome.status < 0 && outcome.status != -SIGKILL { return }
    #expect([1, 64].contains(outcome.status), about)
    // Of a folder each of the two images has a line, and one says how many there are.
    #expect((1...(work.verb == "segment" ? 3 : 1)).contains(outcome.errors.count), about)
    #expect(outcome.messages.split(separator: "\n").last?.hasPrefix("error: ") == true, about)
  }

  /// The same without the fault ends with the results of work that nothing disturbed.
  private func checkGoesOn(
    _ work: Work, in folder: TemporaryFolder, to results: Results, _ about: Comment
  ) throws {
    let again = try FaultLibrary.run(work.again(in: folder), in: folder)
    #expect(again.status == 0, "\(about) and then: \(again.messages)")
    let differing = try Results(folder).differing(from: results)
    #expect(differing.isEmpty, "\(about) and then others: \(differing)")
  }
}

/// What a piece of work leaves, but for times.
private struct Results {
  private let files: [String: Data]

  init(_ folder: TemporaryFolder) throws {
    let names = folder.files.filter { $0.hasPrefix("out/") && $0 != "out/.lock" }
    files = try Dictionary(
      uniqueKeysWithValues: names.map { name in
        switch name {
        case "out/log.csv": (name, try Results.timeless(folder.text(name)))
        case "out/experiment.yaml": (name, try Results.deviceless(folder.text(name)))
        default: (name, try folder.bytes(name))
        }
      })
  }

  /// The experiment without the device that it names.
  private static func deviceless(_ experiment: String) throws -> Data {
    let lines = experiment.split(separator: "\n", omittingEmptySubsequences: false)
    let kept = lines.filter { !$0.hasPrefix("device:") }
    try #require(kept.count == lines.count - 1)
    return Data(kept.joined(separator: "\n").utf8)
  }

  /// The log without its column of seconds.
  private static func timeless(_ log: String) throws -> Data {
    let rows = log.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let column = try #require(rows.first?.firstIndex(of: "seconds"))
    let kept = rows.map { row in row.enumerated().filter { $0.offset != column }.map(\.element) }
    return Data(kept.map { $0.joined(separator: ",") }.joined(separator: "\n").utf8)
  }

  func differing(from other: Results) -> [String] {
    Set(files.keys).union(other.files.keys).filter { files[$0] != other.files[$0] }.sorted()
  }
}
