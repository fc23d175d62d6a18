import Foundation
import Testing

/// `unet serve` under way, and a client of it.
final class ServedProcess {
  /// An answer to a request.
  struct Answer {
    let status: Int
    let head: String
    let body: [UInt8]

    /// The body, an object of JSON.
    var json: [String: Any] {
      get throws {
        try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
      }
    }
  }

  /// The port that it listens at.
  let port: Int
  private let process = Process()

  /// Starts `unet arguments` at a free port, by a script of the shell in which that is `"$@"`.
  init(_ arguments: [String], in script: String = "exec \"$@\"") throws {
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["--default-signal=INT,TERM", "/bin/bash", "-c", script, "bash", UnetCommand.path] + arguments
      + ["--port", "0"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    var line = Data()
    while let byte = try output.fileHandleForReading.read(upToCount: 1), byte != Data("\n".utf8) {
      line += byte
    }
    let address = String(decoding: line, as: UTF8.self)
    port = try #require(
      address.split(separator: ":").last.flatMap { Int($0.dropLast()) }, "it said: \(address)")
  }

  deinit { if process.isRunning { process.terminate() } }

  /// Asks it to end; gives its status.
  func end() -> Int32 {
    process.terminate()
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Sends a request in a connection of its own.
  func ask(_ method: String, _ path: String, _ body: Data = Data(), _ headers: [String] = []) throws -> Answer
  {
    try Self.ask(port, method, path, body, headers)
  }

  /// Sends a request to the server at `port`.
  static func ask(
    _ port: Int, _ method: String, _ path: String, _ body: Data = Data(), _ headers: [String] = []
  ) throws -> Answer {
    let host = headers.contains { $0.hasPrefix("Host:") } ? [] : ["Host: 127.0.0.1:\(port)"]
    let lines =
      ["\(method) \(path) HTTP/1.1"] + host + headers + [
        "Content-Length: \(body.count)", "Connection: close",
      ]
    let got = try exchanged(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body, port)
    let end = try #require(got.firstRange(of: Array("\r\n\r\n".utf8)), "no answer to \(method) \(path)")
    let head = String(decoding: got[..<end.lowerBound], as: UTF8.self)
    let status = try #require(head.split(separator: " ").dropFirst().first.flatMap { Int($0) })
    return Answer(status: status, head: head, body: Array(got[end.upperBound...]))
  }

  private static func exchanged(_ bytes: [UInt8], _ port: Int) throws -> [UInt8] {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let size = socklen_t(MemoryLayout.size(ofValue: address))
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
    }
    try #require(connected == 0, "it does not listen")
    // It may answer, and end the connection, before all is sent.
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { break }
      sent += count
    }
    var (got, part) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
    while true {
      let count = recv(descriptor, &part, part.count, 0)
      guard count > 0 else { return got }
      got += part[..<count]
    }
  }
}
