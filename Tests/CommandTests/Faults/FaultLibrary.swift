import Foundation
import Testing
import UNetFiles
import UNetTestSupport

/// The command with `Tests/Faults/faults.c` loaded before its own libraries.
enum FaultLibrary {
  private static let built = Result { try SharedLibrary("Tests/Faults/faults.c") }

  /// PoCL's folder, named so that the command cleans nothing there: what others leave in it would change how often files are removed.
  private static let cache = UserFolder.cache.path(ProcessInfo.processInfo.environment) + "/pocl"

  /// Runs `unet arguments` in `folder` with variables of the library; more than five minutes are a hang, aborted.
  private static func run(_ arguments: [String], in folder: TemporaryFolder, _ variables: String) throws
    -> UnetCommand.Outcome
  {
    let library = try built.get().path
    return try UnetCommand.run(
      arguments,
      in:
        "cd '\(folder.path)' && exec timeout -s ABRT 300 env LD_PRELOAD='\(library)' POCL_CACHE_DIR='\(cache)' \(variables) \"$@\""
    )
  }

  /// Runs `unet arguments` with one fault; tells the library, or the command, that made the call, nil where none did.
  static func run(_ arguments: [String], in folder: TemporaryFolder, _ fault: Fault) throws
    -> (outcome: UnetCommand.Outcome, caller: String?)
  {
    let outcome = try run(arguments, in: folder, "FAULT=\(fault) FAULT_FIRED=fired")
    return (outcome, folder.files.contains("fired") ? try folder.text("fired") : nil)
  }

  /// Runs `unet arguments` with none.
  static func run(_ arguments: [String], in folder: TemporaryFolder) throws -> UnetCommand.Outcome {
    try run(arguments, in: folder, "")
  }

  /// How many calls of each function `unet arguments` makes, by name.
  static func calls(of arguments: [String], in folder: TemporaryFolder) throws -> [(name: String, count: Int)]
  {
    let outcome = try run(arguments, in: folder, "FAULT_COUNTS=counts")
    try #require(outcome.status == 0, "\(outcome.messages)")
    let calls = try folder.text("counts").split(separator: "\n").map { line in
      let words = line.split(separator: " ")
      return (name: String(words[0]), count: try #require(Int(words[1])))
    }
    let device = arguments.contains("opencl") ? ["clCreateBuffer", "clEnqueueNDRangeKernel"] : []
    let naming = arguments.contains("train") ? ["rename"] : []
    let expected = ["open", "fsync", "linkat", "close", "malloc", "mmap"] + naming + device
    try #require(Set(expected).isSubset(of: calls.map(\.name)), "\(calls)")
    return calls.sorted { $0.name < $1.name }
  }
}

/// One call that fails, or at which the process is killed.
struct Fault: CustomStringConvertible, Sendable {
  /// How it ends.
  enum Kind: Sendable {
    case once
    /// This call and every later one.
    case lasting
    /// By SIGKILL, before it does anything.
    case kill
  }

  let function: String
  let call: Int
  let kind: Kind

  /// In the form that the library reads.
  var description: String {
    let code = kind == .kill ? "kill" : "\(Self.code(function))"
    return "\(function):\(call)\(kind == .lasting ? "+" : ""):\(code)"
  }

  /// What the function gives: an errno, or an error of OpenCL (`CL_OUT_OF_RESOURCES`).
  private static func code(_ function: String) -> Int32 {
    switch function {
    case _ where function.hasPrefix("cl"): -5
    case "write", "pwrite", "say", "fwrite", "fflush", "linkat", "link", "ftruncate", "mkdir", "mkdtemp":
      ENOSPC
    case "open", "opendir", "dup": EMFILE
    case "malloc", "calloc", "realloc", "posix_memalign", "mmap", "fdopen": ENOMEM
    case "pthread_create": EAGAIN
    case "flock": ENOLCK
    case "glob": GLOB_NOSPACE
    case "unlink": EACCES
    default: EIO
    }
  }

  /// `UNET_FAULTS=1`: each call of each function; 10: each tenth, the first and the last.
  private static let stride = ProcessInfo.processInfo.environment["UNET_FAULTS"].flatMap { Int($0) }

  private static func numbers(_ count: Int, by stride: Int) -> [Int] {
    let some = Array(Swift.stride(from: 1, through: count, by: stride))
    return some.last == count ? some : some + [count]
  }

  /// The faults to try where these calls are made: all of them, or a call of each function, whose place among its calls
  /// and whose kind change from one to the next.
  static func all(of calls: [(name: String, count: Int)]) -> [Fault] {
    calls.enumerated().flatMap { place, function -> [Fault] in
      if let stride {
        return numbers(function.count, by: stride).flatMap { call in
          [Kind.once, .lasting].map { Fault(function: function.name, call: call, kind: $0) }
        }
      }
      let call = 1 + place * 7 % function.count
      return [Fault(function: function.name, call: call, kind: place.isMultiple(of: 2) ? .once : .lasting)]
    }
  }

  /// Kills at calls that change files: at every one, or at `count` of them, evenly.
  static func kills(of calls: [(name: String, count: Int)], count: Int) -> [Fault] {
    let changing = [
      "write", "pwrite", "fsync", "ftruncate", "linkat", "link", "rename", "unlink", "mkdir", "open",
    ]
    let all = calls.filter { changing.contains($0.name) }.flatMap { function in
      numbers(function.count, by: stride ?? 1).map {
        Fault(function: function.name, call: $0, kind: .kill)
      }
    }
    return stride != nil ? all : (0..<min(count, all.count)).map { all[$0 * all.count / count] }
  }
}
