import Foundation
import SwiftProtobuf
import UNetFiles
import UNetMessages

/// What TensorBoard shows of a run: an event file that grows while the run trains.
///
/// Each record is an `Event` between its length and CRC-32Cs of both, which TensorBoard reads as far as it is complete.
package final class TensorBoardLog {
  /// What stands around the name of such a file: TensorBoard looks for the first, and this program for the second.
  private static let prefix = "events.out.tfevents.", suffix = ".swift-unet"
  private let path: String
  private let descriptor: Int32
  private let start: Double

  /// A new file in `folder`, which it makes where it is missing, of a run that has these rows already; it counts in place of those that
  /// this program has left there.  `picture` gives the PNG file of a step, if there is one.
  /// - Throws: `FileError`.
  package init(in folder: String, rows: [RunLog.Row], picture: (Int) -> String?) throws {
    try Files.makeFolder(folder)
    let now = Date().timeIntervalSince1970
    let earlier = TensorBoardLog.names(in: folder)
    let number = max(Int(now), 1 + (earlier.compactMap(TensorBoardLog.number).max() ?? 0))
    path = Path.join(folder, "\(TensorBoardLog.prefix)\(number)\(TensorBoardLog.suffix)")
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(.write, path) }
    start = now - (rows.last?.seconds ?? 0)
    var event = Tensorboard_Event()
    (event.wallTime, event.fileVersion) = (start, "brain.Event:2")
    try write(event)
    // Readers leave aside what files before this one say of any step; they may be reading them, so these stay.
    event.sessionLog.status = 1
    try write(event)
    var before: RunLog.Row?
    for row in rows {
      try add(row, after: before)
      try addFigures(row, picture: picture(row.step))
      before = row
    }
  }

  private static func number(_ name: String) -> Int? {
    Int(name.dropFirst(prefix.count).dropLast(suffix.count))
  }

  deinit { close(descriptor) }

  /// The event files in a folder that this program has written.
  package static func names(in folder: String) -> [String] {
    ((try? Files.names(in: folder)) ?? []).filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }
  }

  /// Adds loss, rate and speed of a row; `earlier` is the row before.
  /// - Throws: `FileError`.
  package func add(_ row: RunLog.Row, after earlier: RunLog.Row?) throws {
    var scalars: [(String, Double)] = [("loss", Double(row.loss)), ("rate", row.rate)]
    let (steps, seconds) = (row.step - (earlier?.step ?? 0), row.seconds - (earlier?.seconds ?? 0))
    if seconds > 0 { scalars.append(("steps-per-second", Double(steps) / seconds)) }
    try write(row, scalars.map(TensorBoardLog.scalar))
  }

  /// Adds the figures of a row's evaluation, where it has any, and the picture of it, a PNG file.
  /// - Throws: `FileError`.
  package func addFigures(_ row: RunLog.Row, picture: String?) throws {
    guard let figures = row.figures else { return }
    var values = figures.rows.filter { !$0.figure.isDetail }
      .map { TensorBoardLog.scalar("held-out/\($0.figure.name)", $0.value) }
    if let picture, let bytes = try? FileReader.bytes(of: picture), let (width, height) = pngSize(bytes) {
      var value = Tensorboard_Summary.Value()
      value.tag = "held-out/image, probability, outline"
      (value.image.width, value.image.height, value.image.colorspace) = (width, height, 3)
      value.image.encodedImageString = Data(bytes)
      values.append(value)
    }
    try write(row, values)
  }

  private static func scalar(_ tag: String, _ number: Double) -> Tensorboard_Summary.Value {
    var value = Tensorboard_Summary.Value()
    (value.tag, value.simpleValue) = (tag, Float(number))
    return value
  }

  private func write(_ row: RunLog.Row, _ values: [Tensorboard_Summary.Value]) throws {
    guard !values.isEmpty else { return }
    var event = Tensorboard_Event()
    (event.wallTime, event.step) = (start + row.seconds, Int64(row.step))
    event.summary.value = values
    try write(event)
  }

  private func write(_ event: Tensorboard_Event) throws {
    // A message of such a size, without required fields, is always written.
    guard let message: [UInt8] = try? event.serializedBytes() else { return }
    let length = bytes(UInt64(message.count))
    try FileWriter(descriptor: descriptor, path: path).write(
      length + bytes(masked(crc32C(length))) + message + bytes(masked(crc32C(message))))
  }

  private func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian, Array.init)
  }

  /// So that a CRC of bytes that hold their own CRC is not trivial.
  private func masked(_ crc: UInt32) -> UInt32 { (crc >> 15 | crc << 17) &+ 0xA282_EAD8 }
}

/// Castagnoli's cyclic redundancy check, as RFC 3720 has it.
package func crc32C(_ bytes: [UInt8]) -> UInt32 {
  ~bytes.reduce(~0) { crc, byte in crc >> 8 ^ castagnoli[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] }
}

private let castagnoli: [UInt32] = (0..<256).map { byte in
  (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
}

/// The width and height in a PNG file's header.
private func pngSize(_ bytes: [UInt8]) -> (Int32, Int32)? {
  guard bytes.count >= 24 else { return nil }
  func number(_ at: Int) -> Int32 { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int32($1) } }
  return (number(16), number(20))
}
