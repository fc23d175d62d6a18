import UNetFiles
import UNetNumerics

/// The numbers of a large page, `[H, W, C]`, in a file without a name: of a page that memory shall not hold.
final class DiskRows: @unchecked Sendable {
  private let file: ScratchFile
  /// Bytes of a row.
  private let row: Int
  /// Where the first number is that is NaN or infinite, counted through the page.
  private(set) var notFinite: (at: Int, isNaN: Bool)?
  /// Whether all numbers are whole.
  private(set) var isWhole = true
  /// What went wrong when rows were read.
  private(set) var failure: (any Error)?

  /// Room for so many rows of so many bytes, in the folder of `path`; zeros take none.
  /// - Throws: `FileError`.
  init(for path: String, rows: Int, rowBytes: Int) throws {
    (file, row) = (try ScratchFile(for: path, zeros: rows * rowBytes), rowBytes)
  }

  /// Writes rows from `top` on.
  /// - Throws: `FileError`.
  func write<Value: StoredSample>(_ values: ArraySlice<Value>, top: Int) throws {
    if Value.zero is any FloatingPoint {
      if notFinite == nil, let at = values.firstIndex(where: { !$0.float.isFinite }) {
        let before = top * row / MemoryLayout<Value>.size
        notFinite = (before + at - values.startIndex, values[at].float.isNaN)
      }
      if isWhole { isWhole = values.allSatisfy(\.isWhole) }
    }
    try values.withUnsafeBytes { bytes in
      for first in stride(from: 0, to: bytes.count, by: Self.piece) {
        let piece = UnsafeRawBufferPointer(rebasing: bytes[first..<min(bytes.count, first + Self.piece)])
        if piece.contains(where: { $0 != 0 }) { try file.write(piece, at: top * row + first) }
      }
    }
  }

  /// Bytes that are left out together where all are zero.
  private static let piece = 1 << 16

  /// These columns, of the page's `width`, of these rows, of the type of `samples`; zeros where they cannot be read, which `failure`
  /// tells.
  func samples(_ rows: Range<Int>, _ columns: Range<Int>, of width: Int, like samples: Samples) -> Samples {
    let pixel = row / max(1, width)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(rows.count * columns.count * pixel)
    do {
      if columns.count == width {
        bytes = try file.bytes(at: rows.lowerBound * row, count: rows.count * row)
      } else {
        for y in rows {
          bytes += try file.bytes(at: y * row + columns.lowerBound * pixel, count: columns.count * pixel)
        }
      }
    } catch {
      failure = failure ?? error
      bytes = [UInt8](repeating: 0, count: rows.count * columns.count * pixel)
    }
    return (try? samples.given(to: Stored(bytes: bytes))) ?? samples
  }
}

/// Numbers of the bytes by which they are held.
private struct Stored: SampleWork {
  let bytes: [UInt8]

  func result<Value: StoredSample>(of values: [Value]) -> Samples {
    bytes.withUnsafeBytes { Value.samples(Array($0.bindMemory(to: Value.self))) }
  }
}
